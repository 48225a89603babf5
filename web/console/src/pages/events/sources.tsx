/* Each source as it delivers: what came, what was kept aside, how late and how wrong its clock is. */
import { Link } from 'react-router'
import { useTranslation } from 'react-i18next'
import { ly } from '../../api/http'
import { useRead } from '../../api/read'
import type { SourceView } from '../../api/types'
import { useFormat } from '../../text/format'
import { Empty, N, Sec } from '../../ui'
import { Lines, Part } from '../../ui/states'

export function Sources() {
  const { t } = useTranslation('events')
  const read = useRead('sources', signal => ly.events.get_sources({ signal }), 5_000)
  return (
    <Sec title={t('tab.sources')} note={t('sources.note')}>
      <Part read={read} name={t('tab.sources')} skeleton={<Lines n={4} height={48} />}>
        {d => (d.items.length === 0 ? <Empty title={t('sources.none')} text={t('sources.none_text')} /> : <ul className="groups">{d.items.map(s => <Source key={s.source} s={s} />)}</ul>)}
      </Part>
    </Sec>
  )
}

function Source({ s }: { s: SourceView }) {
  const { t } = useTranslation('events')
  const f = useFormat()
  const all = s.stored + s.duplicate + s.quarantined + s.refused
  const skew = s.skew_ms ?? 0
  return (
    <li className={s.revoked ? 'gone' : ''}>
      <div className="sp what"><b className="m">{s.name ?? t('source_none')}</b>{s.effects === 'shadow' && <span className="chip warn">{t('sources.shadow')}</span>}{s.revoked && <span className="chip">{t('sources.revoked')}</span>}
        <span className="t12 i3">{s.last ? t('sources.last', { when: f.when(s.last) }) : t('never')}{s.last && s.skew_ms !== undefined && ` · ${Math.abs(skew) < 2000 ? t('sources.on_time') : t(skew > 0 ? 'sources.behind' : 'sources.ahead', { s: f.full(Math.round(Math.abs(skew) / 1000)) })}`}</span></div>
      <dl className="nums">
        {(['stored', 'duplicate', 'warned', 'quarantined', 'refused', 'late'] as const).map(k => (
          <div key={k} className={k !== 'stored' && k !== 'duplicate' && k !== 'late' && s[k] > 0 ? 'bad' : ''}><dt>{t(`sources.${k}`)}</dt><dd><N v={s[k]} /></dd></div>
        ))}
      </dl>
      {all > 0 && <Link className="lnk t13" to={`/live?source=${encodeURIComponent(s.name ?? '')}`}>{t('sources.live')}</Link>}
    </li>
  )
}
