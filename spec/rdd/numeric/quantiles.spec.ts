/** Quantiles against published tables. */
import { normalQuantile, studentQuantile } from '../../../lib/rdd/numeric/quantiles'

test.each([[0.5, 0], [0.975, 1.959963985], [0.95, 1.644853627], [0.999, 3.090232306], [0.001, -3.090232306],
  [0.8, 0.841621234]])(
  'normal, %d', (p, expected) => { expect(normalQuantile(p)).toBeCloseTo(expected, 7) })

test.each([
  [0.975, 1, 12.7062], [0.975, 2, 4.302653], [0.975, 3, 3.182446], [0.975, 5, 2.570582],
    [0.975, 10, 2.228139],
  [0.975, 30, 2.042272], [0.995, 4, 4.604095], [0.9, 7, 1.414924], [0.025, 10, -2.228139], [0.5, 9, 0],
    [0.9995, 3, 12.92398],
])('Student\'s t, %d with %d degrees', (p, degrees, expected) => {
  expect(Math.abs(studentQuantile(p, degrees) - expected)).toBeLessThan(
    2e-4 * Math.max(1, Math.abs(expected)))
})

test('at the ends', () => {
  expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity])
  expect([studentQuantile(0, 5), studentQuantile(1, 5)]).toEqual([-Infinity, Infinity])
  expect(normalQuantile(2)).toBeNaN()
})
