import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { History } from 'lucide-react'
import { ly } from '../../api/http'
import { useRead } from '../../api/read'
import type { PersonView } from '../../api/types'
import { useFormat } from '../../text/format'
import { Sec } from '../../ui'
import { Lines, Part } from '../../ui/states'

const shown = (v: unknown) => (v === undefined ? '–' : typeof v === 'string' ? v : Array.isArray(v) && v.every(x => typeof x !== 'object') ? v.join(' · ') : JSON.stringify(v))

/** What is known under names: the value, since when and from whom; its earlier values on demand. */
export function Traits({ p }: { p: PersonView }) {
  const { t } = useTranslation('person')
  const f = useFormat()
  const [open, setOpen] = useState<string>()
  if (p.traits.length === 0) return null
  return (
    <Sec title={t('traits.title')}>
      <dl className="idn trt">
        {p.traits.map(x => (
          <div key={x.name}>
            <dt className="el" title={x.name}>{x.name}</dt>
            <dd>
              <button type="button" aria-expanded={open === x.name} title={t('traits.history', { name: x.name })} onClick={() => setOpen(open === x.name ? undefined : x.name)}>
                <span>{shown(x.value)}</span><History size={12} strokeWidth={1.7} aria-hidden /><span className="sr">{t('traits.history', { name: x.name })}</span>
              </button>
              <small title={f.exact(x.at)}>{t('traits.since', { when: f.date(x.at) })}{x.source && <> · <span className="el">{x.source}</span></>}</small>
              {open === x.name && <Changes id={p.id} name={x.name} />}
            </dd>
          </div>
        ))}
      </dl>
    </Sec>
  )
}

function Changes({ id, name }: { id: number; name: string }) {
  const { t } = useTranslation('person')
  const f = useFormat()
  const read = useRead(`trait${id}/${name}`, signal => ly.people.get_people_by_id_traits_by_name(id, name, { signal }))
  return (
    <Part read={read} name={t('traits.history', { name })} skeleton={<Lines n={2} />}>
      {d => (
        <ol className="tch">
          {d.items.map((c, i) => (
            <li key={`${c.event}${c.at}${i}`} className={i ? '' : 'now'}>
              <b>{shown(c.value)}</b>
              <span className="num" title={f.exact(c.at)}>{f.when(c.at)}</span>
              <span className="i3">{t(`traits.op.${c.op}`)}{c.op !== 'set' && c.said !== undefined && shown(c.said) !== shown(c.value) ? ` ${shown(c.said)}` : ''}{c.source ? ` · ${c.source}` : ''}{Date.parse(c.known) - Date.parse(c.at) > 3_600_000 ? ` · ${t('traits.late', { when: f.when(c.known) })}` : ''}</span>
            </li>
          ))}
        </ol>
      )}
    </Part>
  )
}
