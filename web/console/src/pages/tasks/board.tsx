import { useTranslation } from 'react-i18next'
import type { Pages } from '../../api/read'
import type { Task } from '../../api/types'
import { useFormat } from '../../text/format'
import { Clock, Stage, clockState, usePersonName } from '../../ui'
import { Tail } from '../../ui/list'

export type Show = { pages: Pages<Task>; tasks: Task[]; now: number; current?: number; open: (id?: number) => void }
const HOURS = 3_600_000

/** Four columns by what is left: late, two hours, today, later. */
export function Board({ pages, tasks, now, current, open }: Show) {
  const { t } = useTranslation('tasks')
  const f = useFormat()
  const left = (x: Task) => Date.parse(x.due) - now
  const today = f.day(new Date(now).toISOString())
  const columns = [
    { key: 'late', tasks: tasks.filter(x => left(x) < 0) },
    { key: 'soon', tasks: tasks.filter(x => left(x) >= 0 && left(x) <= 2 * HOURS) },
    { key: 'today', tasks: tasks.filter(x => left(x) > 2 * HOURS && f.day(x.due) === today) },
    { key: 'later', tasks: tasks.filter(x => left(x) > 2 * HOURS && f.day(x.due) !== today) },
  ]
  return (
    <div>
      <div className="bd">
        {columns.map(c => (
          <section key={c.key} className={`bc ${c.key}${c.tasks.length ? '' : ' none'}`} aria-label={t(`col.${c.key}`)}>
            <h2><i aria-hidden />{t(`col.${c.key}`)}<span className="num">{c.tasks.length}</span></h2>
            {c.tasks.map(x => <Card key={x.id} x={x} now={now} on={current === x.id} open={open} />)}
          </section>
        ))}
      </div>
      {pages.data?.next && <Tail pages={pages} n={tasks.length} />}
    </div>
  )
}

function Card({ x, now, on, open }: { x: Task; now: number; on: boolean; open: (id: number) => void }) {
  const { t, i18n } = useTranslation('tasks')
  const nameOf = usePersonName()
  const limit = Math.max(1, Date.parse(x.due) - Date.parse(x.opened))
  return (
    <button type="button" className={`tc ${clockState(Date.parse(x.due) - now, limit)}${on ? ' on' : ''}`} onClick={() => open(x.id)} aria-pressed={on}>
      <span className="row"><Clock opened={x.opened} due={x.due} now={now} bare /><span className="sp" /><span className="i3 t12 num">{x.clock}</span></span>
      <span className="nm el"><b>{nameOf({ id: x.person, name: x.person_name, phone: x.phone })}</b></span>
      <span className="wy">{i18n.language === 'zh' ? x.title_zh : x.title_en}{x.attempts > 0 && <span className="i3"> · {t('tried', { n: x.attempts })}</span>}</span>
      <span className="ft"><Stage stage={x.stage} /><span className="sp" /><span className={`el ${x.assignee ? 'i3' : 'warn'}`}>{x.assignee_name ?? t('nobody')}</span></span>
    </button>
  )
}
