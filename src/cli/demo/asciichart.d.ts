// What of asciichart the demo uses; the package carries no types of its own.
declare module 'asciichart' {
  /** Draws a line through the numbers, over as many columns as there are numbers. */
  export function plot(
    series: readonly number[],
    config: { readonly min: number; readonly height: number; readonly format: (value: number) => string }
  ): string
}
