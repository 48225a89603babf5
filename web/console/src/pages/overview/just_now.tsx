import { Link } from 'react-router'
import { useTranslation } from 'react-i18next'
import { useLive } from '../../api/live'
import { useNames } from '../../api/names'
import { useFormat } from '../../text/format'
import { Empty, Sec, usePersonName } from '../../ui'
import { Rings, isWarm, useEventName } from '../../ui/rings'

const SHOWN = 7

export function JustNow() {
  const { t } = useTranslation('overview')
  const f = useFormat(), nameOf = usePersonName(), eventName = useEventName()
  const live = useLive()
  const shown = live.events.slice(0, SHOWN)
  const names = useNames(shown.map(e => e.person))
  const note = live.connected ? t('now.rate', { events: live.perMinute, rings: live.rings }) : t('now.lost')
  return (
    <Sec title={t('now.title')} note={<span className="num">{note}</span>} act={<Link to="/live" className="lnk">{t('now.all')}</Link>}>
      {live.events.length === 0 ? <Empty title={t('now.none')} text={t('now.none_text')} /> : (
        <ul className="jn">
          {shown.map((e, i) => (
            <li key={`${e.no}.${i}`} data-kind={e.kind} className={isWarm(e.kind) ? 'warm' : ''}>
              <span className="rp" aria-hidden><i /><i /></span><time className="t num" dateTime={e.received} title={f.exact(e.time)}>{f.clockS(e.received)}</time>
              <div className="x">
                {e.person ? <Link to={`/people/${e.person}`} className="m">{nameOf({ id: e.person, ...names.get(e.person) })}</Link> : <span className="m">{t('now.brand')}</span>} {eventName(e)}
                {e.verdict !== 'stored' && <span className="chip warn">{t(`now.${e.verdict}`)}</span>}
                <Rings rings={e.effects} brief />
              </div>
            </li>
          ))}
        </ul>
      )}
    </Sec>
  )
}
