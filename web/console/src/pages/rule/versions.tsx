/* What a rule said, when and by whom; what changed from one to the next. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ly } from '../../api/http'
import { useRead } from '../../api/read'
import type { RuleVersions, RuleView } from '../../api/types'
import { useFormat } from '../../text/format'
import { Sec } from '../../ui'
import { Lines, Part } from '../../ui/states'
import { difference, nearby } from './body'

const pretty = (body: unknown) => JSON.stringify(body, null, 2)

export function Versions({ rule }: { rule: RuleView }) {
  const { t } = useTranslation('rule')
  const f = useFormat()
  const read = useRead<RuleVersions>(`versions ${rule.id} ${rule.version}`, signal => ly.rule.get_rules_by_id_versions(rule.id, { signal }))
  const [open, setOpen] = useState<number>()
  return (
    <Sec title={t('versions.title')} note={t('versions.note')}>
      <Part read={read} skeleton={<Lines n={3} height={36} />}>
        {d => (
          <>
            <ul className="ru-v">{d.items.map((v, i) => {
              const before = d.items[i + 1], body = before && pretty(before.body) !== pretty(v.body)
              return (
                <li key={v.version}>
                  <div className="row wrap"><b className="num">{t('versions.no', { n: v.version })}</b><span>{t(`versions.change.${v.change}`)}</span><span className={`chip ru-${v.state}`}>{t(`state.${v.state}`)}</span>
                    <span className="sp t12 i3">{[v.by === 'playbook' ? t('origin.playbook') : v.by, f.when(v.at)].filter(Boolean).join(' · ')}</span>
                    {body && <button type="button" className="lnk t13" aria-expanded={open === v.version} onClick={() => setOpen(open === v.version ? undefined : v.version)}>{t('versions.difference')}</button>}</div>
                  {open === v.version && before && <Difference before={before.body} after={v.body} />}
                </li>
              )
            })}</ul>
            {d.book !== undefined && rule.edited && <><h3 className="ru-h">{t('versions.book')}</h3><Difference before={d.book} after={rule.body} /></>}
          </>
        )}
      </Part>
    </Sec>
  )
}

function Difference({ before, after }: { before: unknown; after: unknown }) {
  const { t } = useTranslation('rule')
  const lines = nearby(difference(pretty(before), pretty(after)))
  const mark = { same: ' ', gone: '−', new: '+' }
  return (
    <pre className="ru-d" tabIndex={0} aria-label={t('versions.difference')}>{lines.map((l, i) => (l ? <span key={i} className={l.how}>{mark[l.how]} {l.text}{'\n'}</span> : <span key={i} className="i3">{'⋯\n'}</span>))}</pre>
  )
}
