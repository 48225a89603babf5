import { useTranslation } from 'react-i18next'
import { ly } from '../../api/http'
import { useRead } from '../../api/read'
import type { OverviewView } from '../../api/types'
import { Fresh, Page } from '../../app/shell'
import { useSession } from '../../app/session'
import { rich } from '../../text/rich'
import { N, useNarrow } from '../../ui'
import { Lines, Part } from '../../ui/states'
import { Falls, River } from './river'
import { Promises } from './promises'
import { JustNow } from './just_now'
import { Start } from './start'
import './overview.css'

const DAYS = 28

export default function Overview() {
  const { t } = useTranslation('overview')
  const narrow = useNarrow()
  const { may } = useSession()
  const sum = useRead('overview', signal => ly.task.get_overview({ signal }), 15_000)
  const funnel = useRead('funnel', signal => ly.people.get_funnel({ days: DAYS }, { signal }), 60_000)
  const tasks = useRead(may('task.read') ? 'tasks' : null, signal => ly.task.get_tasks({ limit: 100 }, { signal }), 30_000)
  const fresh = sum.data?.people === 0
  return (
    <Page title={t('title')} sub={<Fresh at={sum.at} ms={sum.ms} />}>
      <Part read={sum} skeleton={<Lines n={2} height={24} />}>{d => (fresh ? <h1 className="say">{t('fresh.say')}</h1> : <Sentence d={d} />)}</Part>
      {fresh ? <Start /> : (
        <Part read={funnel} name={t('river.name')} skeleton={<div className="skel" style={{ height: 250, marginBottom: 32 }} />}>
          {d => (narrow ? <Falls funnel={d} /> : <River funnel={d} />)}
        </Part>
      )}
      <div className="ov-a">
        <Promises sum={sum} tasks={tasks} />
        {may('timeline.read') && <JustNow />}
      </div>
    </Page>
  )
}

function Sentence({ d }: { d: OverviewView }) {
  const { t } = useTranslation('overview')
  const first = rich(t('say.period', { leads: d.leads, orders: d.orders, deliveries: d.deliveries, days: DAYS }), {
    leads: () => <N v={d.leads} exact to="/people?stage=lead" />,
    orders: () => <N v={d.orders} exact to="/people?stage=order" />,
    deliveries: () => <N v={d.deliveries} exact to="/people?stage=owner" />,
  })
  const second = rich(t(d.tasks_late ? 'say.late' : d.tasks_open ? 'say.on_time' : 'say.nothing_open', { late: d.tasks_late, open: d.tasks_open }), {
    late: inner => <span className="bad">{inner}</span>,
    n: () => <N v={d.tasks_late} exact to="/tasks?late=true" />,
    open: () => <N v={d.tasks_open} exact to="/tasks" />,
  })
  return <h1 className="say">{first}<br className="desk" /> {second}</h1>
}
