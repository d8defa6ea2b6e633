// Where panels stand: from left to right, a new row where one is full, as high as its highest panel. So none overlaps.

/** Columns of Kibana's grid. */
export const GRID_COLUMNS = 48

export interface Place {
  readonly x: number
  readonly y: number
  readonly w: number
  readonly h: number
}

/** A place for each size of width and height, in the same order. */
export function places(sizes: readonly (readonly [number, number])[]): Place[] {
  let x = 0
  let y = 0
  let height = 0
  return sizes.map(([w, h]) => {
    if (x + w > GRID_COLUMNS) {
      x = 0
      y += height
      height = 0
    }
    const place = { x, y, w, h }
    x += w
    height = Math.max(height, h)
    return place
  })
}
