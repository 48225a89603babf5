// From a JSON schema of the server: a value it accepts, and values it must refuse, each with the error it must name.

export function resolver(api) {
  return s => (s?.$ref ? api.components.schemas[s.$ref.split('/').pop()] : s?.anyOf ? resolver(api)(s.anyOf[0]) : s)
}

const patterns = {
  id: 'u-1', code: 'a', login: 'a', phone: '13800138000', email: 'a@b.cn', date: '2026-03-09', month: '2026-03', clock: '09:30',
  url: 'https://a.cn', vin: 'LSJA24U68KS000001', line: 'a',
}
const base = s => [s.type].flat()[0]
const nullable = s => [s.type].flat().includes('null') || s.anyOf?.some(x => x.type === 'null')

/** The smallest value the schema accepts. */
export function valid(schema, resolve) {
  const s = resolve(schema)
  if (s.enum) return s.enum[0]
  switch (base(s)) {
    case 'object': return Object.fromEntries((s.required ?? []).map(name => [name, valid(s.properties[name], resolve)]))
    case 'array': return Array.from({ length: s.minItems ?? 0 }, () => valid(s.items, resolve))
    case 'boolean': return true
    case 'integer': case 'number': return Math.max(s.minimum ?? 1, Math.min(1, s.maximum ?? 1))
    case 'string': {
      if (s.format === 'date-time') return '2026-03-09T12:37:00Z'
      const v = s['x-pattern'] ? patterns[s['x-pattern']] : 'a'
      return v.padEnd(Math.min(s.minLength ?? 0, s.maxLength), s['x-pattern'] === 'code' || !s['x-pattern'] ? 'a' : '1')
    }
    default: return {}
  }
}

const wrongType = { string: 5, integer: 'five', number: 'five', boolean: 'yes', array: {}, object: [] }

function* ofString(s) {
  if (s.format === 'date-time') { yield ['yesterday', 'field_value']; return }
  if (s.enum) { yield ['no such label', 'field_value']; return }
  yield ['a'.repeat(s.maxLength + 1), 'field_too_long']
  if (s.minLength > 0) yield ['', 'field_too_short']
  yield ['\u0000', 'field_utf8']
  if (s.pattern) {
    const bad = ['\n', '涟', '!', ' x '].map(c => c.repeat(Math.max(1, s.minLength ?? 1)))
      .find(c => !new RegExp(s.pattern, 'u').test(c) && [...c].length <= s.maxLength)
    if (bad) yield [bad, 'field_value']
  }
}

function* ofNumber(s) {
  if (s.minimum !== undefined) yield [s.minimum - 1, 'field_too_small']
  if (s.maximum !== undefined) yield [s.maximum + 1, 'field_too_large']
  if (base(s) === 'integer') yield [1.5, 'field_type']
}

/** [value, code, path below] for everything this field must refuse. */
export function* refused(schema, resolve, depth = 0) {
  const s = resolve(schema), type = base(s)
  if (!type) return                                                             // free JSON
  if (!nullable(schema)) yield [null, 'field_null', '']
  yield [s.enum ? 5 : wrongType[type], 'field_type', '']
  if (type === 'string') for (const [v, code] of ofString(s)) yield [v, code, '']
  if (type === 'integer' || type === 'number') for (const [v, code] of ofNumber(s)) yield [v, code, '']
  if (type === 'array') {
    if (s.maxItems <= 1000) yield [Array.from({ length: s.maxItems + 1 }, () => valid(s.items, resolve)), 'field_too_many', '']
    if (s.minItems > 0) yield [[], 'field_too_short', '']
    if (depth < 3)
      for (const [v, code, path] of refused(s.items, resolve, depth + 1))
        if (code !== 'field_null' || path) yield [[...Array.from({ length: Math.max(0, (s.minItems ?? 0) - 1) }, () => valid(s.items, resolve)), v], code,
          `[${Math.max(0, (s.minItems ?? 0) - 1)}]${path}`]
  }
  if (type === 'object' && s.properties && depth < 4) yield* refusedMembers(s, resolve, depth)
}

/** The same for the members of an object: [object, code, path]. */
export function* refusedMembers(s, resolve, depth = 0) {
  const good = valid(s, resolve), dot = depth ? '.' : ''
  for (const name of s.required ?? []) {
    const { [name]: _, ...rest } = good
    yield [rest, 'field_required', dot + name]
  }
  yield [{ ...good, no_such_field: 1 }, 'field_unknown', dot + 'no_such_field']
  for (const [name, member] of Object.entries(s.properties)) {
    if (member.readOnly) { yield [{ ...good, [name]: valid(member, resolve) }, 'field_value', dot + name]; continue }
    for (const [v, code, path] of refused(member, resolve, depth + 1)) yield [{ ...good, [name]: v }, code, dot + name + path]
  }
}

/** Query parameters: [query string, code, field]. */
export function* refusedQuery(params, resolve) {
  const required = params.filter(p => p.required).map(p => [p.name, String(valid(p.schema, resolve))])
  const text = pairs => '?' + new URLSearchParams(pairs)
  yield [text([...required, ['no_such_field', '1']]), 'field_unknown', 'no_such_field']
  for (const p of params) {
    const s = resolve(p.schema), others = required.filter(([name]) => name !== p.name), one = v => text([...others, [p.name, v]])
    const good = base(s) === 'array' ? '1' : String(valid(s, resolve))
    yield [text([...others, [p.name, good], [p.name, good]]), 'field_duplicate', p.name]
    if (p.required) yield [others.length ? text(others) : '', 'field_required', p.name]
    if (base(s) === 'integer') yield [one('five'), 'field_type', p.name]
    if (base(s) === 'boolean') yield [one('yes'), 'field_type', p.name]
    if (base(s) === 'string') for (const [v, code] of ofString(s)) yield [one(v), code, p.name]
    if (base(s) === 'integer') for (const [v, code] of ofNumber(s)) if (code !== 'field_type') yield [one(String(v)), code, p.name]
    if (base(s) === 'array') yield [one(Array.from({ length: s.maxItems + 1 }, () => '1').join(',')), 'field_too_many', p.name]
  }
}
