import { Link } from 'react-router'
import { useTranslation } from 'react-i18next'
import { Archive, Pencil, Undo2 } from 'lucide-react'
import { useDeed } from '../../api/deed'
import { ly } from '../../api/http'
import { useNames } from '../../api/names'
import { useRead } from '../../api/read'
import type { RecordInfo } from '../../api/types'
import { Fresh, Page } from '../../app/shell'
import { useSession } from '../../app/session'
import { useFormat } from '../../text/format'
import { Sec } from '../../ui'
import { Lines, Part } from '../../ui/states'
import { toast } from '../../ui/toast'
import { Cell, type Known } from './cell'
import { Invite } from './invite'
import { api, choiceOf, field, movesOf, nameOf, stateOf, useRefs, type Row } from './model'

type Props = { k: RecordInfo; kinds: RecordInfo[]; base: string; at: string; id: number }

export function One({ k, kinds, base, at, id }: Props) {
  const { t, i18n } = useTranslation('records')
  const { may } = useSession()
  const read = useRead<Row>(`${k.path} ${id}`, signal => api.get(k, id, signal))
  const r = read.data
  const known: Known = { refs: useRefs(k, kinds), people: useNames(r?.person ? [Number(r.person)] : []) }
  const { busy, run } = useDeed(true)
  const title = r ? String(r.name ?? r[k.key] ?? `#${id}`) : `${nameOf(k, i18n.language)} #${id}`
  async function put(back: boolean) {
    if (!r) return
    await run<unknown>(() => (back ? api.restore(k, r) : api.archive(k, r)))
    read.again()
  }
  const actions = r && may(k.write) && !r.archived && <>
    <button type="button" className="btn" disabled={busy} onClick={() => void put(false)}><Archive size={14} strokeWidth={1.7} aria-hidden />{t('archive')}</button>
    <Link className="btn primary" to={`${at}/${id}/edit`}><Pencil size={14} strokeWidth={1.7} aria-hidden />{t('change')}</Link>
  </>
  return (
    <Page title={title} group={t(`place.${base}`)} back={at} sub={<Fresh at={read.at} ms={read.ms} />} actions={actions || undefined}>
      <Part read={read} skeleton={<Lines n={8} />}>
        {row => (
          <>
            <header className="ro-h"><h1>{title}</h1>{k.state && <span className="chip water">{choiceOf(field(k, k.state), stateOf(k, row), i18n.language)}</span>}</header>
            {row.archived && <p className="note-line warn" role="status">{t('is_archived')}{may(k.write) && <button type="button" className="lnk row" disabled={busy} onClick={() => void put(true)}><Undo2 size={13} aria-hidden />{t('restore')}</button>}</p>}
            <div className="ro">
              <Sec title={t('facts')}>{!row.archived && <Moves k={k} r={row} changed={read.again} />}<Facts k={k} r={row} known={known} /></Sec>
              {may('audit.read') && <History k={k} r={row} />}
            </div>
            {k.name === 'campaign' && !row.archived && may('people.read') && <Invite id={id} />}
          </>
        )}
      </Part>
    </Page>
  )
}

export function Facts({ k, r, known }: { k: RecordInfo; r: Row; known: Known }) {
  const { t, i18n } = useTranslation('records')
  const f = useFormat()
  return (
    <dl className="ro-f">
      {k.fields.map(x => <div key={x.name}><dt>{nameOf(x, i18n.language)}</dt><dd><Cell k={k} f={x} r={r} known={known} /></dd></div>)}
      <div><dt>{t('created')}</dt><dd className="i2" title={f.exact(r.created)}>{f.when(r.created)}</dd></div>
      <div><dt>{t('changed')}</dt><dd className="i2" title={f.exact(r.changed)}>{f.when(r.changed)}</dd></div>
    </dl>
  )
}

/** The next states are one press away; what they need besides is asked by the form. */
export function Moves({ k, r, changed }: { k: RecordInfo; r: Row; changed: () => void }) {
  const { t, i18n } = useTranslation('records')
  const { may } = useSession()
  const moves = movesOf(k, r).filter(to => to !== k.held || r.person)
  const { busy, run } = useDeed(true)
  if (!k.state || r.archived || !may(k.write) || moves.length === 0) return null
  const name = (to: string) => choiceOf(field(k, k.state as string), to, i18n.language)
  const go = (to: string) => run(async () => {
    await api.change(k, r, { [k.state as string]: to })
    toast(t('moved', { state: name(to) }))
    changed()
  })
  return <div className="row wrap ro-m" role="group" aria-label={t('next')}><span className="i3 t13">{t('next')}</span>{moves.map(to => <button key={to} type="button" className="btn sm" disabled={busy} onClick={() => void go(to)}>{name(to)}</button>)}</div>
}

function History({ k, r }: { k: RecordInfo; r: Row }) {
  const { t, i18n } = useTranslation('records')
  const f = useFormat()
  const read = useRead(`audit ${k.name} ${r.id} ${r.version}`, signal => ly.audit.get_audit({ object: k.name, object_id: r.id, limit: 30 }, { signal }))
  const names = (payload: unknown) => ((payload as { fields?: string[] } | undefined)?.fields ?? []).map(n => nameOf(field(k, n) ?? { zh: n, en: n }, i18n.language)).join(t('comma'))
  return (
    <Sec title={t('history')}>
      <Part read={read} name={t('history')} skeleton={<Lines n={3} />}>
        {d => <ul className="ro-l">{d.items.map(x => (
          <li key={x.seq}><time className="i3 num t12" dateTime={x.at} title={f.exact(x.at)}>{f.when(x.at)}</time><span><b className="m">{x.who_name ?? t(`who.${x.who}`)}</b> {t(`verb.${x.verb.split('.').pop()}`, { defaultValue: x.verb })}{names(x.payload) && <span className="i3"> {names(x.payload)}</span>}</span></li>
        ))}</ul>}
      </Part>
    </Sec>
  )
}
