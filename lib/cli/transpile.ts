/**
 * What ts-node calls to turn a TypeScript file into CommonJS. Invariant: the output is CommonJS whatever the
 * file's name and package say, so that one loader serves all.
 */
import ts from 'typescript'

const compilerOptions: ts.CompilerOptions = {
  module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true, sourceMap: true,
  jsx: ts.JsxEmit.React, experimentalDecorators: false,
}

interface Transpiler {
  transpile(source: string, options: { readonly fileName: string }): ts.TranspileOutput
}

/** Called by ts-node. */
export function create(): Transpiler {
  return {
    transpile(source, { fileName }) {
      return ts.transpileModule(source, {
        // The compiler makes an ES module of an .mts file, always.
        fileName: fileName.replace(/\.[mc]ts$/, '.ts'),
        compilerOptions,
        transformers: { before: [importMeta] },
      })
    },
  }
}

const importMetaText = "({ url: require('node:url').pathToFileURL(__filename).href,"
  + ' dirname: __dirname, filename: __filename })'

function isImportMeta(node: ts.Node): boolean {
  return ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword
}

/** `import.meta` has no meaning in CommonJS: its properties are made from what CommonJS has. */
const importMeta: ts.TransformerFactory<ts.SourceFile> = context => file => {
  const visit = (node: ts.Node): ts.Node => isImportMeta(node)
    ? ts.factory.createIdentifier(importMetaText) : ts.visitEachChild(node, visit, context)
  return ts.visitEachChild(file, visit, context)
}
