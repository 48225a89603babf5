/* Every open promise is a dot that drifts left, to the line "now", and crosses it into the red. */
import { Link } from 'react-router'
import { useTranslation } from 'react-i18next'
import type { Read } from '../../api/read'
import type { ClockView, OverviewView, TaskPage, TaskView } from '../../api/types'
import { useFormat } from '../../text/format'
import { Empty, Sec, clockState, useNow } from '../../ui'
import { Part, Rows } from '../../ui/states'

export function Promises({ sum, tasks }: { sum: Read<OverviewView>; tasks: Read<TaskPage> }) {
  const { t } = useTranslation('overview')
  return (
    <Sec title={t('promise.title')} note={t('promise.note')} act={<Link to="/tasks" className="lnk">{t('promise.all')}</Link>} className="pr">
      <Part read={sum} name={t('promise.title')} skeleton={<Rows n={4} />}>
        {d => (d.clocks.length === 0 ? <Empty title={t('promise.none')} text={t('promise.none_text')} art={false} /> : (
          <>
            <div className="pr-head" aria-hidden>
              <span /><span className="ax"><i className="a0">{t('promise.late')}</i><i style={{ left: '22%' }}>{t('promise.now')}</i><i className="a1">{t('promise.started')}</i></span>
              <span className="r">{t('promise.on_time')}</span><span className="r">{t('promise.open')}</span><span className="r">{t('promise.late')}</span>
            </div>
            {[...d.clocks].sort((a, b) => b.late - a.late).map(c => <Row key={c.clock} c={c} tasks={tasks.data?.items.filter(x => x.clock === c.clock) ?? []} />)}
          </>
        ))}
      </Part>
    </Sec>
  )
}

function Row({ c, tasks }: { c: ClockView; tasks: TaskView[] }) {
  const { t, i18n } = useTranslation('overview')
  const f = useFormat()
  const now = useNow()
  const name = i18n.language === 'zh' ? c.name_zh : c.name_en
  const dots = tasks.map(x => ({ left: Date.parse(x.due) - now, limit: Math.max(1, Date.parse(x.due) - Date.parse(x.opened)) }))
  const soon = dots.filter(d => clockState(d.left, d.limit) === 'soon').length
  const worst = Math.min(0, ...dots.map(d => d.left))
  return (
    <Link to={`/tasks?clock=${c.clock}`} className="pr-r">
      <span className="nm"><b>{name}</b><small className="num">{c.clock}</small></span>
      <Swarm dots={dots} />
      <span className="r num rt"><b>{f.percent(c.on_time, c.due)}</b><small className="i3">{t('promise.of', { n: c.due })}</small></span>
      <span className="r num"><span className="sr">{t('promise.open')} </span>{f.full(c.open)}{soon > 0 && <small className="warn">{t('promise.soon', { n: soon })}</small>}</span>
      <span className={`r num ${c.late ? 'bad b' : 'i3'}`}><span className="sr">{t('promise.late')} </span>{c.late ? f.full(c.late) : '–'}{worst < 0 && <small>{t('promise.worst', { span: f.span(worst) })}</small>}</span>
    </Link>
  )
}

const W = 300, H = 34, NOW = .22 * W, R = 2.9
function Swarm({ dots }: { dots: { left: number; limit: number }[] }) {
  const placed: { x: number; y: number; state: string }[] = []
  for (const d of [...dots].sort((a, b) => a.left - b.left)) {
    const x = d.left < 0 ? NOW - Math.min(1, -d.left / d.limit / .35) * NOW * .86 - 5 : NOW + 6 + Math.min(1, d.left / d.limit) * (W - NOW - 14)
    let y = H / 2
    for (let k = 1; k < 10 && placed.some(p => (p.x - x) ** 2 + (p.y - y) ** 2 < (R * 2.15) ** 2); k++) y = H / 2 + (k % 2 ? 1 : -1) * Math.ceil(k / 2) * R * 2.1
    placed.push({ x, y: Math.max(R, Math.min(H - R, y)), state: clockState(d.left, d.limit) })
  }
  return (
    <span className="sw" aria-hidden>
      <svg viewBox={`0 0 ${W} ${H}`} width="100%" height={H} preserveAspectRatio="none">
        <rect x="0" y="0" width={NOW} height={H} fill="var(--bad-soft)" opacity=".55" rx="3" />
        <line x1={NOW} x2={NOW} y1="-2" y2={H + 2} stroke="var(--ink3)" strokeWidth="1" vectorEffect="non-scaling-stroke" />
        <line x1={NOW} x2={W} y1={H / 2} y2={H / 2} stroke="var(--line-soft)" vectorEffect="non-scaling-stroke" />
      </svg>
      {placed.map((p, i) => <i key={i} className={p.state} style={{ left: `${(p.x / W) * 100}%`, top: p.y }} />)}
    </span>
  )
}
