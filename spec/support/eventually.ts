/** Waiting for what another process or the network must bring about: polled, with a deadline, never slept for. */

/** Resolves as soon as `check` returns something other than false or undefined, or stops throwing; else rejects at the deadline. */
export async function eventually<R>(check: () => R, deadlineMs = 10_000): Promise<Exclude<Awaited<R>, undefined | false>> {
  const endMs = performance.now() + deadlineMs
  for (;;) {
    let problem: unknown
    try {
      const result = await check()
      if (result !== false && result !== undefined) return result as Exclude<Awaited<R>, undefined | false>
      problem = new Error(`not so within ${deadlineMs} ms: ${String(check)}`)
    } catch (error) { problem = error }
    if (performance.now() > endMs) throw problem
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}
