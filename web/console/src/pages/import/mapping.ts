/* A mapping as the server reads it (docs/reference/import.md), and what the page changes in it. */
export type Meaning = { field?: string; identity?: string; property?: string; type?: string; time?: string; values?: Record<string, string>; value?: string }
export type Mapping = { target: string; zone?: string; format?: unknown; pass?: string; columns: Record<string, Meaning | Meaning[]>; constants?: Meaning[] }

const first = (m?: Meaning | Meaning[]) => (Array.isArray(m) ? m[0] : m)

/** What a column is said to mean, as one word: "field:time", "identity:phone", "property", "" for nothing. */
export function meaningOf(m: Mapping, column: string): string {
  const x = first(m.columns[column])
  return !x ? '' : x.field ? `field:${x.field}` : x.identity ? `identity:${x.identity}` : 'property'
}

/** The same mapping with another meaning of a column; what was known about its values stays. */
export function withMeaning(m: Mapping, column: string, meaning: string): Mapping {
  const columns = { ...m.columns }
  const [kind, name] = meaning.split(':')
  const { type, time } = first(columns[column]) ?? {}
  if (!meaning) delete columns[column]
  else columns[column] = kind === 'field' ? { field: name, ...(time ? { time } : {}) } : kind === 'identity' ? { identity: name } : { property: column, ...(type ? { type } : {}) }
  return { ...m, columns }
}

export const constantOf = (m: Mapping, field: string) => m.constants?.find(c => c.field === field)?.value ?? ''
export function withConstant(m: Mapping, field: string, value: string): Mapping {
  const rest = (m.constants ?? []).filter(c => c.field !== field)
  return { ...m, constants: value ? [...rest, { field, value }] : rest }
}

/** Required fields that no column gives: a constant has to. */
export const missing = (m: Mapping, fields: { name: string; required: boolean }[]) =>
  fields.filter(f => f.required && !Object.values(m.columns).some(x => first(x)?.field === f.name)).map(f => f.name)
