/**
 * rxjs, loaded when the first Observable is wanted: its two hundred files would take more time than all others of a
 * process or thread that starts, and most programs have no Observable.
 */
export function rxjs(): typeof import('rxjs') { return require('rxjs') }
