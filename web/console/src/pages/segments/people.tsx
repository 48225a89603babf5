/* Some of the people behind a number. */
import { Link } from 'react-router'
import { useTranslation } from 'react-i18next'
import { useRead } from '../../api/read'
import type { PeoplePage } from '../../api/types'
import { useFormat } from '../../text/format'
import { Avatar, Stage, usePersonName } from '../../ui'
import { Part, Rows } from '../../ui/states'

export function People({ read: key, load }: { read: string; load: (signal: AbortSignal) => Promise<PeoplePage> }) {
  const { t } = useTranslation('segments')
  const f = useFormat(), nameOf = usePersonName()
  const read = useRead(key, load)
  return (
    <Part read={read} skeleton={<Rows n={4} />}>
      {d => (d.items.length === 0 ? <p className="t13 i3">{t('nobody')}</p> : (
        <ul className="sg-p">
          {d.items.map(r => (
            <li key={r.id}><Avatar name={r.name} /><span className="sp col"><Link to={`/people/${r.id}`} className="m el">{nameOf(r)}</Link><small className="i3 el">{[r.city, r.model].filter(Boolean).join(' · ') || f.when(r.seen)}</small></span><Stage stage={r.stage} /></li>
          ))}
          {d.total! > d.items.length && <li className="i3 t12">{t('more', { n: f.full(d.total! - d.items.length) })}</li>}
        </ul>
      ))}
    </Part>
  )
}
