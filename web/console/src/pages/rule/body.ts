/* A rule taken apart for its form and put together again; two texts compared line by line. */
export type Body = Record<string, unknown> & { key?: string; name?: { zh?: string; en?: string }; once?: { per?: string; within?: string }; cap?: { per?: string; max?: number } }
export type Form = { key: string; zh: string; en: string; once: string; within: string; cap: string; max: string; rest: string }

/** What has no field of its own: when, if, then, note, as JSON text. */
export function formOf(body: Body): Form {
  const { key, name, once, cap, ...rest } = body
  return {
    key: key ?? '', zh: name?.zh ?? '', en: name?.en ?? '', once: once?.per ?? '', within: once?.within ?? '', cap: cap?.per ?? '', max: cap?.max ? String(cap.max) : '',
    rest: JSON.stringify(rest, null, 2),
  }
}

export type Broken = { line: number; column: number }
/** The body a form means, or where its JSON breaks. */
export function bodyOf(f: Form): Body | Broken {
  let rest: unknown
  try { rest = JSON.parse(f.rest) } catch (e) { return breakOf(f.rest, (e as Error).message) }
  if (typeof rest !== 'object' || rest === null || Array.isArray(rest)) return { line: 1, column: 1 }
  return {
    key: f.key.trim(), name: { zh: f.zh.trim(), en: f.en.trim() }, ...(rest as object),
    ...(f.once.trim() ? { once: { per: f.once.trim(), ...(f.within.trim() ? { within: f.within.trim() } : {}) } } : {}),
    ...(f.cap ? { cap: { per: f.cap, max: Number(f.max) } } : {}),
  }
}
export const isBroken = (x: Body | Broken): x is Broken => typeof (x as Broken).line === 'number' && typeof (x as Broken).column === 'number' && !('name' in x)

/** Browsers tell the position, some the line too; without either it breaks at the end. */
export function breakOf(text: string, message: string): Broken {
  const at = /position (\d+)/.exec(message), before = text.slice(0, at ? Number(at[1]) : text.length).split('\n')
  return { line: before.length, column: before[before.length - 1].length + 1 }
}

export type Line = { how: 'same' | 'gone' | 'new'; text: string }
/** The shortest difference of two texts, line by line (longest common subsequence). */
export function difference(before: string, after: string): Line[] {
  const a = before.split('\n'), b = after.split('\n')
  const most: number[][] = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0))
  for (let i = a.length - 1; i >= 0; i--) for (let j = b.length - 1; j >= 0; j--) most[i][j] = a[i] === b[j] ? most[i + 1][j + 1] + 1 : Math.max(most[i + 1][j], most[i][j + 1])
  const out: Line[] = []
  let i = 0, j = 0
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) { out.push({ how: 'same', text: a[i++] }); j++ }
    else if (i < a.length && (j === b.length || most[i + 1][j] >= most[i][j + 1])) out.push({ how: 'gone', text: a[i++] })
    else out.push({ how: 'new', text: b[j++] })
  }
  return out
}
/** Only what changed, with two lines around; null: a gap. */
export function nearby(lines: Line[], around = 2): (Line | null)[] {
  const keep = lines.map((_, i) => lines.slice(Math.max(0, i - around), i + around + 1).some(x => x.how !== 'same'))
  return lines.flatMap((l, i) => (keep[i] ? [l] : i > 0 && keep[i - 1] ? [null] : []))
}
