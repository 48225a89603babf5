/* Where this person stands, which condition put them there, what is lacking for more, and every move. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ly } from '../../api/http'
import { useRead } from '../../api/read'
import type { StandsOn } from '../../api/client'
import { useFormat } from '../../text/format'
import { Sec } from '../../ui'
import { Lines, Part } from '../../ui/states'

export function Tiers({ id }: { id: number }) {
  const { t } = useTranslation('person')
  const read = useRead(`tiers${id}`, signal => ly.tier.get_people_by_id_tiers(id, { signal }), 30_000)
  return (
    <Sec title={t('tiers.title')}>
      <Part read={read} name={t('tiers.title')} skeleton={<Lines n={3} />}>
        {d => (d.items.length === 0 ? <p className="t13 i3">{t('tiers.none')}</p> : <>{d.items.map(x => <Stands key={x.ladder} x={x} />)}</>)}
      </Part>
    </Sec>
  )
}

/** Rights, when somebody spoke with them last, and when the brand is reminded. */
function Given({ x }: { x: StandsOn }) {
  const { t, i18n } = useTranslation('person')
  const f = useFormat(), rights = x.rights ?? []
  const words = [...(x.spoken && x.touch_due ? [t('tiers.spoken', { when: f.when(x.spoken) })] : []), ...(x.touch_due ? [t('tiers.touch', { when: f.date(x.touch_due) })] : [])]
  return (
    <>
      {rights.length > 0 && <p className="row wrap t12" aria-label={t('tiers.rights')}>{rights.map(r => <span key={r.code} className="chip line">{i18n.language === 'zh' ? r.zh : r.en}</span>)}</p>}
      {words.length > 0 && <p className="t12 i3">{words.join(' · ')}</p>}
    </>
  )
}

function Stands({ x }: { x: StandsOn }) {
  const { t, i18n } = useTranslation('person')
  const f = useFormat(), zh = i18n.language === 'zh'
  const [open, setOpen] = useState(false)
  const why = zh ? x.why_zh : x.why_en, level = x.level ? <><b className="chip water">{x.level}</b> {zh ? x.level_zh : x.level_en}</> : <span className="i3">{t('tiers.left')}</span>
  return (
    <div className="tr">
      <p className="row"><span className="i3 t13">{zh ? x.zh : x.en}</span><span className="sp el m">{level}</span>{x.since && <span className="i3 t12 nw" title={f.exact(x.since)}>{t('tiers.since', { when: f.date(x.since) })}</span>}</p>
      {x.level && <Given x={x} />}
      {why && <p className="t12 i2">{t('tiers.because', { why })}</p>}
      {(x.lacking.length > 0 || x.moves.length > 1) && <button type="button" className="lnk t12" aria-expanded={open} onClick={() => setOpen(!open)}>{t(open ? 'tiers.less' : 'tiers.more')}</button>}
      {open && (
        <>
          {x.lacking.map(l => <p key={l.level} className="t12 i2">{t('tiers.lacks', { level: l.level, what: zh ? l.zh : l.en })}</p>)}
          <ol className="tr-m">{x.moves.map(m => <li key={m.event}><span className="num i3">{f.when(m.at)}</span><b>{m.level || t('tiers.left')}</b><span className="i2 el" title={zh ? m.why_zh : m.why_en}>{zh ? m.why_zh : m.why_en}</span></li>)}</ol>
        </>
      )}
    </div>
  )
}
