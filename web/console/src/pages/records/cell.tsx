import { Link } from 'react-router'
import { useTranslation } from 'react-i18next'
import type { RecordFieldInfo, RecordInfo } from '../../api/types'
import type { Named } from '../../api/names'
import { useFormat } from '../../text/format'
import { usePersonName } from '../../ui'
import { choiceOf, type Row } from './model'

export type Known = { refs: Map<string, string>; people: Map<number, Named | null> }

/** One value, as people read it. */
export function Cell({ k, f, r, known }: { k: RecordInfo; f: RecordFieldInfo; r: Row; known: Known }) {
  const { t, i18n } = useTranslation('records')
  const fmt = useFormat(), person = usePersonName()
  const v = r[f.name]
  if (v === undefined || v === null || v === '') return <span className="i3" aria-label={t('common:none')}>–</span>
  switch (f.kind) {
    case 'choice': return f.name === k.state ? <span className="chip">{choiceOf(f, v, i18n.language)}</span> : <>{choiceOf(f, v, i18n.language)}</>
    case 'bool': return <>{t(v ? 'yes' : 'no')}</>
    case 'money': return <span className="num">¥{fmt.full(Math.round(Number(v)) / 100)}</span>
    case 'time': return <span className="i2" title={fmt.exact(String(v))}>{fmt.when(String(v))}</span>
    case 'record': return <>{known.refs.get(`${f.ref} ${v as number}`) ?? `#${v as number}`}</>
    case 'person': return <Link className="waterT" to={`/people/${v as number}`}>{person({ id: Number(v), ...(known.people.get(Number(v)) ?? {}) })}</Link>
    case 'number': return <span className="num">{fmt.full(Number(v))}</span>
    default: return <span className={f.kind === 'personal' ? 'num nw' : undefined}>{String(v)}</span>
  }
}
