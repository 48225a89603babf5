/* What may be offered to this person, and why not; inviting is one press. */
import { useTranslation } from 'react-i18next'
import { useDeed } from '../../api/deed'
import { ly } from '../../api/http'
import { useRead } from '../../api/read'
import { useTagName } from '../../api/tag_names'
import { useTiers } from '../../api/tier_names'
import type { OfferView } from '../../api/client'
import { useSession } from '../../app/session'
import { useFormat } from '../../text/format'
import { Sec } from '../../ui'
import { Lines, Part } from '../../ui/states'
import { toast } from '../../ui/toast'

type Channel = 'call' | 'sms' | 'wecom' | 'push'

export function Offers({ id }: { id: number }) {
  const { t } = useTranslation('person')
  const read = useRead(`offers${id}`, signal => ly.tier.get_people_by_id_offers(id, { signal }))
  return (
    <Sec title={t('offers.title')} note={read.data && read.data.recent > 0 ? t('offers.recent', { n: read.data.recent }) : undefined}>
      <Part read={read} name={t('offers.title')} skeleton={<Lines n={3} />}>
        {d => (d.items.length === 0 ? <p className="t13 i3">{t('offers.none')}</p> : <ul className="of-p">{d.items.map(x => <Offer key={x.campaign} id={id} x={x} done={read.again} />)}</ul>)}
      </Part>
    </Sec>
  )
}

function Offer({ id, x, done }: { id: number; x: OfferView; done: () => void }) {
  const { t } = useTranslation('person')
  const f = useFormat(), target = useTarget()
  const { may } = useSession()
  const { busy, run } = useDeed(true)
  async function send(channel: Channel) {
    const d = await run(key => ly.tier.post_campaigns_by_id_invitations(x.campaign, { people: [id], channel }, { key }))
    if (d) { toast(d.invited ? t('offers.sent', { name: x.name }) : t('offers.refused')); done() }
  }
  const why = x.invited ? t('offers.invited', { when: f.date(x.invited) }) : x.may ? (x.target ? t('offers.because', { target: target(x.target) }) : '') : t(`offers.why.${(x.why ?? '').replace(':', '_')}`, { target: target(x.target ?? '') })
  return (
    <li className={x.may ? '' : 'off'}>
      <span className="sp col"><span className="m el">{x.name}</span><small className="i3">{f.date(x.starts)} · {why}</small></span>
      {x.may && may('people.write') && (x.channels.length === 0 ? <small className="i3">{t('offers.no_channel')}</small>
        : x.channels.map(c => <button key={c} type="button" className="btn sm" disabled={busy} onClick={() => void send(c as Channel)}>{t('offers.invite', { channel: t(`consent.${c}`) })}</button>))}
    </li>
  )
}

/** "tier:prospect:B" and "tag:KOC" in words. */
export function useTarget(): (target: string) => string {
  const { name } = useTiers(), tagName = useTagName()
  return target => {
    if (target.startsWith('tag:')) return tagName(target.slice(4))
    if (!target.startsWith('tier:')) return target
    const n = name(target.slice(5))
    return `${n.ladder} ${n.key}${n.level === n.key ? '' : ` ${n.level}`}`
  }
}
