import { Link } from 'react-router'
import { useTranslation } from 'react-i18next'
import { ly } from '../../api/http'
import { useRead, type Read } from '../../api/read'
import type { PersonVehicles, PersonView, TaskPage } from '../../api/types'
import { useSession } from '../../app/session'
import { useFormat } from '../../text/format'
import { Clock, N, Sec, useNow } from '../../ui'
import { Lines, Part } from '../../ui/states'
import { Offers } from './offers'
import { Privacy } from './privacy'
import { Sales } from './sales'
import { Vehicles } from './vehicles'

const ENTRIES = 12

export function Value({ p, tasks, profile }: { p: PersonView; tasks: Read<TaskPage>; profile: Read<PersonVehicles> }) {
  const { may } = useSession()
  return <div className="p3-r"><Offers id={p.id} /><Vehicles id={p.id} read={profile} />{may('record.read') && <Sales id={p.id} />}{may('ledger.read') && <><Holdings id={p.id} /><Entries id={p.id} /></>}{may('task.read') && <Promises tasks={tasks} />}<Privacy p={p} /></div>
}

function Holdings({ id }: { id: number }) {
  const { t, i18n } = useTranslation('person')
  const f = useFormat()
  const read = useRead(`accounts${id}`, signal => ly.ledger.get_people_by_id_accounts(id, { signal }))
  return (
    <Sec title={t('value.title')}>
      <Part read={read} name={t('value.title')} skeleton={<Lines n={2} />}>
        {d => (d.items.length === 0 ? <p className="t13 i3">{t('value.none')}</p> : (
          <dl className="bal">
            {d.items.map(b => (
              <div key={b.unit}><dt>{i18n.language === 'zh' ? b.unit_zh : b.unit_en}</dt>
                <dd className="num"><N v={b.balance} exact />
                  {b.pending !== 0 && <small className="lampT">{t('value.pending', { n: f.full(b.pending) })}</small>}
                  {b.expiring > 0 && b.expiring_at && <small className="i3">{t('value.expiring', { n: f.full(b.expiring), when: f.date(b.expiring_at) })}</small>}</dd></div>
            ))}
          </dl>
        ))}
      </Part>
    </Sec>
  )
}

function Entries({ id }: { id: number }) {
  const { t, i18n } = useTranslation('person')
  const f = useFormat()
  const read = useRead(`entries${id}`, signal => ly.ledger.get_people_by_id_entries(id, { limit: ENTRIES }, { signal }))
  return (
    <Sec title={t('entries.title')}>
      <Part read={read} name={t('entries.title')} skeleton={<Lines n={4} />}>
        {d => (d.items.length === 0 ? <p className="t13 i3">{t('entries.none')}</p> : (
          <ul className="pts">
            {d.items.map(e => (
              <li key={e.id} title={t('entries.about', { unit: e.unit, balance: f.full(e.balance), by: e.made_by })}>
                <span className="sp el">{i18n.language === 'zh' ? e.reason_zh : e.reason_en}</span><span className="t12 i3 num" title={f.exact(e.at)}>{f.when(e.at)}</span>
                <span className={`num v${e.amount < 0 ? ' i2' : ''}`}>{e.amount > 0 ? '+' : '−'}{f.full(Math.abs(e.amount))}</span></li>
            ))}
          </ul>
        ))}
      </Part>
    </Sec>
  )
}

function Promises({ tasks }: { tasks: Read<TaskPage> }) {
  const { t, i18n } = useTranslation('person')
  const now = useNow()
  return (
    <Sec title={t('tasks.title')}>
      <Part read={tasks} name={t('tasks.title')} skeleton={<Lines n={3} />}>
        {d => (d.items.length === 0 ? <p className="t13 i3">{t('tasks.none')}</p> : (
          <ul className="tk">
            {d.items.map(x => (
              <li key={x.id}><Link to={`/tasks?id=${x.id}`} className={x.closed ? 'i2' : ''}>{i18n.language === 'zh' ? x.title_zh : x.title_en}</Link>
                <span className="row wrap"><Clock opened={x.opened} due={x.due} closed={x.closed} now={now} /><span className="t12 i3">{x.outcome ? t(`outcome.${x.outcome}`) : x.assignee_name ?? t('tasks.nobody')}</span></span></li>
            ))}
          </ul>
        ))}
      </Part>
    </Sec>
  )
}
