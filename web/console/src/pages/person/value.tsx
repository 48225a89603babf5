import { Link } from 'react-router'
import { useTranslation } from 'react-i18next'
import { get } from '../../api/http'
import { useRead, type Read } from '../../api/read'
import type { EntryPage, PersonView, TaskPage } from '../../api/types'
import { useSession } from '../../app/session'
import { useFormat } from '../../text/format'
import { Clock, N, Sec, useNow } from '../../ui'
import { Lines, Part } from '../../ui/states'

export function Value({ p, tasks }: { p: PersonView; tasks: Read<TaskPage> }) {
  const { may } = useSession()
  return <div className="p3-r"><Balances p={p} />{may('ledger.read') && <Entries id={p.id} />}{may('task.read') && <Promises tasks={tasks} />}</div>
}

function Balances({ p }: { p: PersonView }) {
  const { t } = useTranslation('person')
  return (
    <Sec title={t('value.title')}>
      {p.balances.length === 0 ? <p className="t13 i3">{t('value.none')}</p> : (
        <dl className="bal">{p.balances.map(b => <div key={b.unit}><dt>{t(`unit.${b.unit}`, { defaultValue: b.unit })}</dt><dd className="num"><N v={b.amount} exact />{b.pending !== 0 && <small className="lampT">{t('value.pending', { n: b.pending })}</small>}</dd></div>)}</dl>
      )}
    </Sec>
  )
}

function Entries({ id }: { id: number }) {
  const { t } = useTranslation('person')
  const f = useFormat()
  const read = useRead<EntryPage>(`entries${id}`, s => get(`/api/v1/people/${id}/entries`, { limit: 12 }, s))
  return (
    <Sec title={t('entries.title')}>
      <Part read={read} name={t('entries.title')} skeleton={<Lines n={4} />}>
        {d => (d.items.length === 0 ? <p className="t13 i3">{t('entries.none')}</p> : (
          <ul className="pts">
            {d.items.map(e => (
              <li key={e.id}><span className="sp el" title={e.reason}>{t(`reason.${e.reason}`, { defaultValue: e.reason })}</span><span className="t12 i3 num" title={f.exact(e.at)}>{f.when(e.at)}</span>
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
