// A flame graph of a CPU profile as one page that needs nothing else: callers above, what they call below, as wide as the
// time that was spent there. A click shows a frame and all below it over the whole width, a second click all again.

/** What V8 writes, as far as it is read. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[]
  readonly samples: readonly number[]
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[]
}

interface ProfileNode {
  readonly id: number
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  readonly children?: readonly number[]
}

/** Time of a function called along one way, its callees included. */
interface Frame {
  readonly name: string
  readonly place: string
  selfUs: number
  totalUs: number
  readonly callees: Map<string, Frame>
}

const ROW_PX = 17
/** What is narrower is left out: nobody could see it. */
const LEAST_SHARE = 0.0005

export function flameGraph(profile: CpuProfile, title: string): string {
  const root = framesOf(profile)
  const boxes: string[] = []
  const depth = draw(root, { left: 0, level: 0, allUs: root.totalUs, boxes })
  return PAGE.replaceAll('TITLE', escaped(`${title}: ${(root.totalUs / 1e6).toFixed(2)} s`))
    .replace('HEIGHT', String((depth + 1) * ROW_PX))
    .replace('BOXES', () => boxes.join('\n'))
}

/** Frames by their way from the root; functions of one name and place are one, idle time is left out. */
function framesOf({ nodes, samples, timeDeltas }: CpuProfile): Frame {
  const selfUs = new Map<number, number>()
  for (const [at, id] of samples.entries()) selfUs.set(id, (selfUs.get(id) ?? 0) + (timeDeltas[at] ?? 0))
  const byId = new Map(nodes.map(node => [node.id, node]))
  const [first] = nodes
  const root: Frame = { name: 'all', place: '', selfUs: 0, totalUs: 0, callees: new Map() }
  const add = (node: ProfileNode, into: Frame): number => {
    const { functionName, url, lineNumber } = node.callFrame
    if (functionName === '(idle)') return 0
    const place = url === '' ? '' : `${url.replace(/^.*\/(?=(?:node_modules|src|dist|bench)\/)/, '')}:${lineNumber + 1}`
    const key = `${functionName} ${place}`
    const frame = into.callees.get(key) ?? {
      name: functionName || '(anonymous)',
      place,
      selfUs: 0,
      totalUs: 0,
      callees: new Map()
    }
    into.callees.set(key, frame)
    const own = selfUs.get(node.id) ?? 0
    const total = addAll(node, frame) + own
    frame.selfUs += own
    frame.totalUs += total
    return total
  }
  const addAll = (node: ProfileNode, into: Frame): number =>
    (node.children ?? []).reduce((sum, id) => sum + add(byId.get(id) as ProfileNode, into), 0)
  if (first !== undefined) root.totalUs = addAll(first, root)
  return root
}

interface Canvas {
  /** Share of the width to the left. */
  readonly left: number
  readonly level: number
  readonly allUs: number
  readonly boxes: string[]
}

/** Draws a frame and all below it; returns the deepest level. */
function draw(frame: Frame, { left, level, allUs, boxes }: Canvas): number {
  const share = frame.totalUs / allUs
  if (!(share >= LEAST_SHARE)) return level
  const told = `${frame.name} ${frame.place}\n${percent(share)} in all, ${percent(frame.selfUs / allUs)} by itself`
  const style = `left:${percent(left)};width:${percent(share)};top:${level * ROW_PX}px;background:${colour(frame)}`
  boxes.push(
    `<b data-l="${left}" data-w="${share}" data-y="${level}" style="${style}" title="${escaped(told)}">${escaped(frame.name)}</b>`
  )
  let deepest = level
  let nextLeft = left
  for (const callee of [...frame.callees.values()].sort((a, b) => b.totalUs - a.totalUs)) {
    deepest = Math.max(deepest, draw(callee, { left: nextLeft, level: level + 1, allUs, boxes }))
    nextLeft += callee.totalUs / allUs
  }
  return deepest
}

/** One hue for each room or package, so that it is seen who spends. */
function colour({ place, name }: Frame): string {
  if (place === '') return name === '(garbage collector)' ? '#e88' : '#ccc'
  const owner = /node_modules\/(?:@[^/]+\/)?[^/]+|(?:src|dist)\/[^/]+|^node:/.exec(place)?.[0] ?? place
  const hash = [...owner].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 360, 7)
  return `hsl(${hash} 65% 78%)`
}

const percent = (share: number): string => `${(share * 100).toFixed(3)}%`

const escaped = (text: string): string => text.replace(/[&<>"]/g, letter => `&#${letter.charCodeAt(0)};`)

const PAGE = `<!doctype html>
<meta charset="utf-8">
<title>TITLE</title>
<style>
  body { font: 12px sans-serif; margin: 12px }
  div { position: relative; height: HEIGHTpx }
  b { position: absolute; height: 16px; overflow: hidden; white-space: nowrap; font: 11px/16px monospace; box-sizing: border-box;
    border-right: 1px solid #fff; padding-left: 2px; cursor: pointer }
</style>
<h1>TITLE</h1>
<p>As wide as the time spent. Click a frame for it alone, again for all.</p>
<div>
BOXES
</div>
<script>
  const boxes = [...document.querySelectorAll('b')]
  let shown
  document.querySelector('div').onclick = ({ target }) => {
    if (target.tagName !== 'B') return
    shown = shown === target ? boxes[0] : target
    const left = +shown.dataset.l, width = +shown.dataset.w, level = +shown.dataset.y
    for (const box of boxes) {
      const { l, w, y } = box.dataset
      const isAbove = +y < level && +l <= left && +l + +w >= left + width - 1e-9
      const isWithin = +y >= level && +l >= left - 1e-9 && +l + +w <= left + width + 1e-9
      box.hidden = !isAbove && !isWithin
      box.style.left = isAbove ? 0 : ((l - left) / width) * 100 + '%'
      box.style.width = isAbove ? '100%' : (w / width) * 100 + '%'
    }
  }
</script>
`
