import { Link } from 'react-router'
import { useTranslation } from 'react-i18next'
import { useRead } from '../../api/read'
import { useSession } from '../../app/session'
import { useFormat } from '../../text/format'
import { Sec } from '../../ui'
import { Lines, Part } from '../../ui/states'
import { api, choiceOf, field, nameOf, stateOf, useKinds, type Row } from '../records/model'
import type { RecordInfo } from '../../api/types'

const PLACES: Record<string, string> = { orders: '/service', test_drives: '/service', vehicles: '/vehicles' }

/** Orders, test drives and cars of one person: whatever declared records name a person. */
export function Sales({ id }: { id: number }) {
  const { t } = useTranslation('person')
  const { may } = useSession()
  const kinds = useKinds()
  const mine = (kinds.data?.items ?? []).filter(k => PLACES[k.path] && may(k.read))
  if (kinds.data && mine.length === 0) return null
  return <Sec title={t('sales.title')}><Part read={kinds} name={t('sales.title')} skeleton={<Lines n={3} />}>{() => <>{mine.map(k => <Some key={k.path} k={k} id={id} />)}</>}</Part></Sec>
}

function Some({ k, id }: { k: RecordInfo; id: number }) {
  const { t, i18n } = useTranslation('person')
  const f = useFormat()
  const read = useRead(`${k.path} of ${id}`, signal => api.list(k, { person: id, limit: 10 }, signal))
  const when = (r: Row) => r.delivered ?? r.ended ?? r.slot ?? r.ordered ?? r.since ?? r.created
  return (
    <Part read={read} name={nameOf(k, i18n.language)} skeleton={<Lines n={1} />}>
      {d => (d.items.length === 0 ? <p className="t13 i3">{t('sales.none', { name: nameOf(k, i18n.language) })}</p> : (
        <ul className="sal">{d.items.map(r => (
          <li key={r.id}><Link className="el m" to={`${PLACES[k.path]}/${k.path}/${r.id}`}>{nameOf(k, i18n.language)} {String(r.model ?? '')}</Link>
            <span className="chip">{choiceOf(field(k, k.state ?? ''), stateOf(k, r), i18n.language)}</span><span className="i3 nw" title={f.exact(String(when(r)))}>{f.date(String(when(r)))}</span></li>
        ))}</ul>
      ))}
    </Part>
  )
}
