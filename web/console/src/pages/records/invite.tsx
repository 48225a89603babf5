/* Inviting people to a campaign: whom the matrix offers it to, by which channel, first only to see; and who was invited. */
import { useState } from 'react'
import { Link } from 'react-router'
import { useTranslation } from 'react-i18next'
import { useDeed } from '../../api/deed'
import { ly } from '../../api/http'
import { usePages, useRead } from '../../api/read'
import type { InvitationPage, InvitationView, InviteDone } from '../../api/client'
import { useSession } from '../../app/session'
import { useFormat } from '../../text/format'
import { Sec, usePersonName } from '../../ui'
import { Tail } from '../../ui/list'
import { Seg } from '../../ui/pop'
import { Lines, Part } from '../../ui/states'
import { toast } from '../../ui/toast'

const CHANNELS = ['wecom', 'call', 'sms', 'push'] as const

export function Invite({ id }: { id: number }) {
  const { t } = useTranslation('records')
  const { may } = useSession()
  const pages = usePages<InvitationView, InvitationPage>(`invited${id}`, (cursor, signal) => ly.tier.get_campaigns_by_id_invitations(id, { cursor, limit: 20 }, { signal }))
  return (
    <div className="ro-i">
      {may('people.write') && <Ask id={id} done={pages.again} />}
      <Sec title={t('invite.done')} note={pages.data?.total ? t('invite.count', { n: pages.data.total }) : undefined}>
        <Part read={pages} name={t('invite.done')} skeleton={<Lines n={3} />}>
          {d => (d.items.length === 0 ? <p className="t13 i3">{t('invite.nobody')}</p> : <><ul className="ro-l">{d.items.map(x => <Invited key={x.event} x={x} />)}</ul><Tail pages={pages} n={d.items.length} /></>)}
        </Part>
      </Sec>
    </div>
  )
}

function Invited({ x }: { x: InvitationView }) {
  const { t } = useTranslation('records')
  const f = useFormat(), nameOf = usePersonName()
  return <li><time className="i3 num t12" dateTime={x.at} title={f.exact(x.at)}>{f.when(x.at)}</time><span><Link to={`/people/${x.person}`} className="lnk">{nameOf({ id: x.person, name: x.name })}</Link> <span className="i3">{t(`invite.channel.${x.channel}`)}{x.rule && ` · ${x.rule}`}</span></span></li>
}

function Ask({ id, done }: { id: number; done: () => void }) {
  const { t } = useTranslation('records')
  const nameOf = usePersonName()
  const [channel, setChannel] = useState<(typeof CHANNELS)[number]>('wecom'), [seen, setSeen] = useState<InviteDone>()
  const found = useRead(`candidates${id}`, signal => ly.tier.get_campaigns_by_id_candidates(id, { limit: 100 }, { signal }))
  const { busy, run } = useDeed(true)
  const people = (found.data?.items ?? []).map(x => x.id)
  async function ask(dry_run: boolean, who: number[]) {
    const d = await run(key => ly.tier.post_campaigns_by_id_invitations(id, { people: who, channel, dry_run }, { key }))
    if (!d) return
    if (dry_run) return setSeen(d)
    toast(t('invite.sent', { n: d.invited }))
    setSeen(undefined); found.again(); done()
  }
  const refused = new Map<string, number>()
  seen?.items.forEach(x => x.why && refused.set(x.why, (refused.get(x.why) ?? 0) + 1))
  return (
    <Sec title={t('invite.title')} note={t('invite.note')}>
      <Part read={found} name={t('invite.title')} skeleton={<Lines n={3} />}>
        {d => (people.length === 0 ? <p className="t13 i3">{t('invite.none')}</p> : (
          <>
            <div className="row wrap"><Seg label={t('invite.by')} value={channel} onChange={c => { setChannel(c); setSeen(undefined) }} options={CHANNELS.map(c => ({ value: c, label: t(`invite.channel.${c}`) }))} />
              <button type="button" className="btn" disabled={busy} onClick={() => void ask(true, people)}>{t('invite.look', { n: people.length })}</button>
              {seen && seen.invited > 0 && <button type="button" className="btn primary" disabled={busy} onClick={() => void ask(false, seen.items.filter(x => !x.why).map(x => x.person))}>{t('invite.send', { n: seen.invited })}</button>}</div>
            {d.next && <p className="t12 i3">{t('invite.first')}</p>}
            {seen && <p className="t13 i2" role="status">{t('invite.would', { n: seen.invited })}{[...refused].map(([why, n]) => <span key={why} className="chip line">{t(`invite.why.${why.replace(/:.*/, '')}`)} {n}</span>)}</p>}
            <p className="t13 i2 ro-w">{d.items.slice(0, 12).map(x => <Link key={x.id} to={`/people/${x.id}`} className="lnk">{nameOf(x)}</Link>)}{people.length > 12 && <span className="i3">{t('invite.more', { n: people.length - 12 })}</span>}</p>
          </>
        ))}
      </Part>
    </Sec>
  )
}
