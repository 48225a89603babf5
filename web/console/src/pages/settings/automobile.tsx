/* What the rules about automobile data ask: what is met here, what only the brand and its cars can do, and when a report is due. */
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { TriangleAlert } from 'lucide-react'
import { ly } from '../../api/http'
import { useRead } from '../../api/read'
import { useFormat } from '../../text/format'
import { Sec } from '../../ui'
import { Lines, Part } from '../../ui/states'

export function Automobile() {
  const { t, i18n } = useTranslation('settings')
  const f = useFormat()
  const read = useRead('automobile', signal => ly.privacy.get_privacy_automobile({ signal }))
  return (
    <Sec title={t('auto.title')} note={t('auto.note')}>
      <Part read={read} name={t('auto.title')} skeleton={<Lines n={4} height={44} />}>
        {d => (
          <>
            {d.since && d.report_due && <p className="note-line warn"><TriangleAlert size={16} strokeWidth={1.6} aria-hidden /><span>{t('auto.many', { n: f.full(d.threshold), when: f.date(d.since), due: f.date(d.report_due) })}</span></p>}
            <ul className="rowed">{d.rules.map(x => (
              <li key={x.key}>
                <div className="sp">{i18n.language === 'zh' ? x.zh : x.en}
                  <p className="t12 i3">{[t('auto.article', { n: x.article }), x.delete_days && t('auto.delete', { n: x.delete_days })].filter(Boolean).join(' · ')}</p></div>
                {x.purpose && (x.text ? <span className="chip good">{t('auto.text')}</span> : <Link className="t12 nw waterT" to="/settings/consents">{t('auto.no_text')}</Link>)}
                <span className="chip">{t(`auto.by.${x.by}`)}</span>
              </li>))}</ul>
          </>
        )}
      </Part>
    </Sec>
  )
}
