/* Conditions of rules as a tree that a form can show. What the form has no field for stays as the JSON it is. */
export const VALUES = ['growth', 'points', 'vehicles', 'orders', 'spent_fen', 'drives'] as const
export const CLASSES = {
  user: ['potential', 'intent', 'experience', 'owner'], behaviour: ['lurker', 'low', 'asking', 'high', 'loyal', 'koc'],
  type: ['consumer', 'producer', 'valuable'], path: ['none', 'prospect', 'new_owner', 'old_owner', 'seed_owner'],
} as const
export type Axis = keyof typeof CLASSES
export const OPS = ['>=', '<=', '=', '!=', '>', '<'] as const
export type Node =
  | { k: 'all' | 'any'; items: Node[] }
  | { k: 'not'; item: Node }
  | { k: 'stage'; from: string; to: string }
  | { k: 'tag'; tag: string }
  | { k: 'consent'; purpose: string }
  | { k: 'class'; axis: Axis; classes: string[] }
  | { k: 'trait' | 'value'; name: string; op: string; value: string }
  | { k: 'json'; text: string }
export type Kind = Node['k']

const triple = (v: unknown): v is [string, string, string | number | boolean] => Array.isArray(v) && v.length === 3 && typeof v[0] === 'string' && (OPS as readonly unknown[]).includes(v[1]) && typeof v[2] !== 'object'

/** A condition as the server keeps it. */
export function readCondition(c: unknown): Node {
  const as_is: Node = { k: 'json', text: JSON.stringify(c) }
  if (typeof c !== 'object' || c === null || Array.isArray(c)) return as_is
  const [pair, ...more] = Object.entries(c as Record<string, unknown>)
  if (!pair || more.length) return as_is
  const [k, v] = pair
  if ((k === 'all' || k === 'any') && Array.isArray(v)) return { k, items: v.map(readCondition) }
  if (k === 'not') return { k, item: readCondition(v) }
  if (k === 'tag' && typeof v === 'string') return { k, tag: v }
  if (k === 'consent' && typeof v === 'string') return { k, purpose: v }
  if (k === 'stage' && typeof v === 'string') return { k, from: v, to: v }
  if (k === 'stage' && typeof v === 'object' && v) { const x = v as { from?: string; to?: string }; return { k, from: x.from ?? '', to: x.to ?? '' } }
  if (k === 'class' && typeof v === 'object' && v && Object.keys(v).length === 1) {
    const [axis, list] = Object.entries(v as Record<string, string | string[]>)[0]
    return axis in CLASSES ? { k, axis: axis as Axis, classes: Array.isArray(list) ? list : [list] } : as_is
  }
  if (k === 'value' && triple(v) && typeof v[2] === 'number') return { k, name: v[0], op: v[1], value: String(v[2]) }
  // A text that reads as a number or a truth would come back as one.
  if (k === 'trait' && triple(v) && (typeof v[2] !== 'string' || scalar(v[2]) === v[2])) return { k, name: v[0], op: v[1], value: String(v[2]) }
  return as_is
}

const scalar = (s: string): string | number | boolean => (s === 'true' ? true : s === 'false' ? false : s.trim() && Number.isFinite(Number(s)) ? Number(s) : s)

/** Back again. Throws SyntaxError when the JSON of a node is none. */
export function writeCondition(n: Node): unknown {
  switch (n.k) {
    case 'all': case 'any': return { [n.k]: n.items.map(writeCondition) }
    case 'not': return { not: writeCondition(n.item) }
    case 'stage': return n.from && n.from === n.to ? { stage: n.from } : { stage: { ...(n.from && { from: n.from }), ...(n.to && { to: n.to }) } }
    case 'tag': return { tag: n.tag }
    case 'consent': return { consent: n.purpose }
    case 'class': return { class: { [n.axis]: n.classes.length === 1 ? n.classes[0] : n.classes } }
    case 'value': return { value: [n.name, n.op, Number(n.value)] }
    case 'trait': return { trait: [n.name, n.op, scalar(n.value)] }
    case 'json': return JSON.parse(n.text)
  }
}

/** What a new row begins as. */
export function fresh(k: Kind): Node {
  switch (k) {
    case 'all': case 'any': return { k, items: [{ k: 'tag', tag: '' }] }
    case 'not': return { k, item: { k: 'tag', tag: '' } }
    case 'stage': return { k, from: 'lead', to: 'order' }
    case 'tag': return { k, tag: '' }
    case 'consent': return { k, purpose: 'wecom' }
    case 'class': return { k, axis: 'behaviour', classes: ['koc'] }
    case 'value': return { k, name: 'growth', op: '>=', value: '2000' }
    case 'trait': return { k, name: 'city', op: '=', value: '' }
    case 'json': return { k, text: '{"tag": "…"}' }
  }
}
