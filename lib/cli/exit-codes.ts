/** What the command says to a script that called it. */
export const exitCodes = { ok: 0, failed: 1, usage: 2 } as const
