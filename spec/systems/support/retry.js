// In CI a test that has failed is run once more, and the table says which: brokers that are killed take their own time to come back,
// and a machine may be busy. On one's own machine a test that fails has failed.
if (process.env.CI === 'true') jest.retryTimes(1, { logErrorsBeforeRetry: true })
