/** Quantiles of the normal distribution and of Student's t: how far bounds reach for a given confidence. */

/**
 * Acklam's rational approximation: its relative error is below 1.2e-9. Coefficients from the highest power
 * down.
 */
const centralNumerator = [
  -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.3577518672690, -30.66479806614716,
  2.506628277459239,
]
const centralDenominator = [
  -54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1,
]
const tailNumerator = [
  -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
]
const tailDenominator = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1]
const tailEnd = 0.02425

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0)
}

/** The value that a standard normal variable stays below with the probability `p`. */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) return p === 0 ? -Infinity : p === 1 ? Infinity : NaN
  if (p > 1 - tailEnd) return -normalQuantile(1 - p)
  if (p < tailEnd) {
    const q = Math.sqrt(-2 * Math.log(p))
    return polynomial(tailNumerator, q) / polynomial(tailDenominator, q)
  }
  const q = p - 0.5
  return q * polynomial(centralNumerator, q * q) / polynomial(centralDenominator, q * q)
}

/** The same for Student's t with `degrees` of freedom. */
export function studentQuantile(p: number, degrees: number): number {
  if (!(p > 0 && p < 1)) return normalQuantile(p)
  if (p === 0.5) return 0
  if (p < 0.5) return -studentQuantile(1 - p, degrees)
  const outside = 2 * (1 - p)
  if (degrees === 1) return 1 / Math.tan(outside * Math.PI / 2)
  if (degrees === 2) return Math.sqrt(2 / (outside * (2 - outside)) - 2)
  return hill(outside, degrees)
}

/**
 * Hill's algorithm (Communications of the ACM 13, 1970), for 3 degrees and more; `outside` is the probability
 * of both tails.
 */
function hill(outside: number, n: number): number {
  const a = 1 / (n - 0.5)
  const b = 48 / (a * a)
  let c = ((20700 * a / b - 98) * a - 16) * a + 96.36
  const d = ((94.5 / (b + c) - 3) / b + 1) * Math.sqrt(a * Math.PI / 2) * n
  let y = (d * outside) ** (2 / n)
  if (y > 0.05 + a) {
    const x = normalQuantile(outside / 2)
    y = x * x
    if (n < 5) c += 0.3 * (n - 4.5) * (x + 0.6)
    c += (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b
    y = (((((0.4 * y + 6.3) * y + 36) * y + 94.5) / c - y - 3) / b + 1) * x
    y = Math.expm1(a * y * y)
  } else {
    const tail = ((n + 6) / (n * y) - 0.089 * d - 0.822) * (n + 2) * 3
    y = ((1 / tail + 0.5 / (n + 4)) * y - 1) * (n + 1) / (n + 2) + 1 / y
  }
  return Math.sqrt(n * y)
}
