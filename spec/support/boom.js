// A function of a module, as threads find it: by its file. JavaScript, because a thread that must load TypeScript first
// takes seconds, and TypeScript in threads has specs of its own (spec/closure).

/** Throws what every spec's functions throw. */
exports.boom = function boom() { throw new Error('boom') }
