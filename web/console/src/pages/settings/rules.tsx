/* Rules as sentences, in the order they run. A switch says what it does before it does it. */
import { useState } from 'react'
import { Segmented } from 'antd'
import { useTranslation } from 'react-i18next'
import { Problem, ly } from '../../api/http'
import { useRead } from '../../api/read'
import type { RuleView } from '../../api/types'
import { useSession } from '../../app/session'
import { rich } from '../../text/rich'
import { useFormat } from '../../text/format'
import { Empty, Sec, useNarrow } from '../../ui'
import { Lines, Part } from '../../ui/states'
import { toast } from '../../ui/toast'

const STATES = ['on', 'shadow', 'off'] as const

export function Rules() {
  const { t, i18n } = useTranslation('settings')
  const read = useRead('rules', signal => ly.rule.get_rules({ signal }))
  const changed = (r: RuleView) => read.set(old => ({ items: old.items.map(x => (x.id === r.id ? r : x)) }))
  return (
    <Sec title={t('tab.rules')} note={t('rules.note')}>
      <Part read={read} name={t('tab.rules')} skeleton={<Lines n={8} height={40} />}>
        {d => (d.items.length === 0 ? <Empty title={t('rules.none')} text={t('rules.none_text')} /> : (
          <ul className="rules">{d.items.map(r => <Row key={r.id} r={r} name={i18n.language === 'zh' ? r.name_zh : r.name_en} sentence={i18n.language === 'zh' ? r.sentence_zh : r.sentence_en} changed={changed} />)}</ul>
        ))}
      </Part>
    </Sec>
  )
}

function Row({ r, name, sentence, changed }: { r: RuleView; name: string; sentence: string; changed: (r: RuleView) => void }) {
  const { t } = useTranslation('settings')
  const f = useFormat(), narrow = useNarrow()
  const { may } = useSession()
  const [busy, setBusy] = useState(false)
  async function put(state: RuleView['state']) {
    setBusy(true)
    try {
      changed(await ly.rule.patch_rules_by_id(r.id, { state }, r.version))
      toast(t(`rules.now_${state}`, { name }))
    } catch (e) { toast((e as Problem).message, 'bad') }
    setBusy(false)
  }
  return (
    <li className={r.state}>
      <div className="sp">
        <h3>{name}<span className="mono i3">{r.key}</span>{r.origin !== 'playbook' && <span className="chip">{t(`rules.origin_${r.origin}`, { defaultValue: r.origin })}</span>}</h3>
        <p className="sentence">{sentence}</p>
        <p className="t12 i3 num">{rich(t('rules.fired', { n: r.fired, shown: f.full(r.fired) }), {})}{r.failed > 0 && <span className="bad"> · {t('rules.failed', { n: r.failed })}</span>}</p>
      </div>
      <Segmented size={narrow ? 'large' : 'small'} disabled={busy || !may('rule.write')} value={r.state} aria-label={t('rules.state', { name })} onChange={v => void put(v)} options={STATES.map(s => ({ value: s, label: t(`rules.${s}`), title: t(`rules.${s}_what`) }))} />
    </li>
  )
}
