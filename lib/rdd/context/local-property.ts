/** Local properties, and the name of the user's line for later jobs: both belong to the calling flow. */
import { describe, refuse } from '../arguments'
import { callSiteKey } from './jobs'
import { SparkContext } from './spark-context'

declare module './spark-context' {
  interface SparkContext {
    /**
     * Sets a property for the rest of the calling flow and whatever it starts; null takes it away. Jobs
     * started there carry it, and tasks read it with `TaskContext.get()?.getLocalProperty(key)`.
     * Unlike Spark: a flow is an async function from its first await on, with all that it awaits, not a
     * thread; before its first await it is a part of its caller, as any function is.
     * Counterpart: SparkContext.setLocalProperty.
     */
    setLocalProperty(key: string, value: string | null): void
    /** The property as this flow has it. Counterpart: SparkContext.getLocalProperty. */
    getLocalProperty(key: string): string | undefined
    /**
     * What later jobs of this flow are called, in place of the user's line. Counterpart:
     * SparkContext.setCallSite.
     */
    setCallSite(callSite: string): void
    /**
     * Later jobs of this flow are called by the user's line again. Counterpart: SparkContext.clearCallSite.
     */
    clearCallSite(): void
  }
}

SparkContext.prototype.setLocalProperty = function (key: string, value: string | null): void {
  if (typeof key !== 'string') refuse('setLocalProperty', `the key must be a string, got ${describe(key)}`)
  if (value !== null && value !== undefined && typeof value !== 'string') {
    refuse('setLocalProperty', `the value must be a string or null, got ${describe(value)}`)
  }
  this.localProperties.set(key, value)
}

SparkContext.prototype.getLocalProperty = function (key: string): string | undefined {
  return this.localProperties.get(key)
}

SparkContext.prototype.setCallSite = function (callSite: string): void {
  this.setLocalProperty(callSiteKey, callSite)
}

SparkContext.prototype.clearCallSite = function (): void { this.setLocalProperty(callSiteKey, null) }
