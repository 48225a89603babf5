/* The matrix: which activity is offered to which level and tag. A press changes a cell: offered, not to them, undecided. */
import { useState } from 'react'
import { Check, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useDeed } from '../../api/deed'
import { ly } from '../../api/http'
import { useRead } from '../../api/read'
import { useTagName } from '../../api/tag_names'
import { useTiers } from '../../api/tier_names'
import type { OfferMatrix, OfferRow } from '../../api/client'
import { useSession } from '../../app/session'
import { Part, Rows } from '../../ui/states'
import { TagPick } from './condition_field'

type Column = { target: string; short: string; full: string; group: string }

export function Offers() {
  const { t, i18n } = useTranslation('segments')
  const { may } = useSession()
  const read = useRead('offers', signal => ly.tier.get_offers({ signal }))
  const { ladders } = useTiers(), tagName = useTagName(), zh = i18n.language === 'zh'
  const [more, setMore] = useState<string[]>([])
  const { busy, run } = useDeed(true)
  const tags = [...new Set([...(read.data?.items ?? []).flatMap(r => r.cells.map(c => c.target)).filter(x => x.startsWith('tag:')), ...more])]
  const columns: Column[] = [
    ...ladders.flatMap(l => l.levels.map(x => ({ target: `tier:${l.key}:${x.key}`, short: x.key, full: `${zh ? l.zh : l.en} ${x.key} ${zh ? x.zh : x.en}`, group: zh ? l.zh : l.en }))),
    ...tags.map(x => ({ target: x, short: tagName(x.slice(4)), full: tagName(x.slice(4)), group: t('offers.tags') })),
  ]
  const edit = may('rule.write')
  async function press(row: OfferRow, target: string) {
    const now = row.cells.find(c => c.target === target), rest = row.cells.filter(c => c.target !== target)
    const cells = !now ? [...rest, { target, offered: true }] : now.offered ? [...rest, { target, offered: false }] : rest
    const d = await run(key => ly.tier.post_offers({ activity: row.activity, version: row.version, cells }, { key }))
    if (d) read.set(() => d); else read.again()
  }
  return (
    <>
      <p className="t13 i2 sg-r">{t('offers.note')}</p>
      <Part read={read} skeleton={<Rows n={8} />}>{d => <Matrix d={d} columns={columns} press={edit && !busy ? press : undefined} />}</Part>
      <p className="row wrap t13 i2 of-l"><span className="row"><Cell offered />{t('offers.yes')}</span><span className="row"><Cell offered={false} />{t('offers.no')}</span><span className="row"><Cell />{t('offers.open')}</span>
        {edit && <span className="of-t"><TagPick tag="" label={t('offers.add_tag')} put={x => x && setMore(m => [...new Set([...m, `tag:${x}`])])} /></span>}</p>
    </>
  )
}

function Matrix({ d, columns, press }: { d: OfferMatrix; columns: Column[]; press?: (row: OfferRow, target: string) => void }) {
  const { t, i18n } = useTranslation('segments')
  const zh = i18n.language === 'zh'
  const groups = [...new Set(columns.map(c => c.group))]
  const kinds = d.items.filter(x => x.activity.startsWith('kind:')), campaigns = d.items.filter(x => !x.activity.startsWith('kind:'))
  const name = (x: OfferRow) => (zh ? x.zh : x.en)
  const line = (x: OfferRow) => {
    const kind = kinds.find(k => k.activity === `kind:${x.kind}`)
    const from = x.version === 0 && !x.activity.startsWith('kind:') ? kind : undefined
    return (
      <tr key={x.activity}>
        <th scope="row"><span className="col"><span className="m">{name(x)}</span>{!x.activity.startsWith('kind:') && <small className="i3">{from ? t('offers.as_kind', { kind: name(from) }) : x.version === 0 ? t('offers.no_kind') : t('offers.own')}</small>}</span></th>
        {columns.map(c => {
          const own = x.cells.find(y => y.target === c.target), shown = own ?? from?.cells.find(y => y.target === c.target)
          const says = t(shown ? (shown.offered ? 'offers.yes' : 'offers.no') : 'offers.open')
          return <td key={c.target}>{press ? <button type="button" className={`of-c${own || !from ? '' : ' kin'}`} aria-label={`${name(x)} · ${c.full}: ${says}`} title={`${c.full}: ${says}`} onClick={() => press(from && !own ? { ...x, cells: from.cells } : x, c.target)}><Cell offered={shown?.offered} /></button>
            : <span className="of-c" title={`${c.full}: ${says}`}><Cell offered={shown?.offered} /><span className="sr">{says}</span></span>}</td>
        })}
      </tr>
    )
  }
  return (
    <div className="sg-x" tabIndex={0} role="group" aria-label={t('tab.offers')}>
      <table className="of">
        <caption className="sr">{t('offers.note')}</caption>
        <thead>
          <tr><td />{groups.map(g => <th key={g} scope="colgroup" colSpan={columns.filter(c => c.group === g).length}>{g}</th>)}</tr>
          <tr><th scope="col" className="i3">{t('offers.activity')}</th>{columns.map(c => <th key={c.target} scope="col" title={c.full}>{c.short}</th>)}</tr>
        </thead>
        <tbody>{kinds.map(line)}</tbody>
        {campaigns.length > 0 && <tbody><tr className="fam"><th scope="rowgroup" colSpan={columns.length + 1}>{t('offers.campaigns')}</th></tr>{campaigns.map(line)}</tbody>}
      </table>
    </div>
  )
}
function Cell({ offered }: { offered?: boolean }) {
  return offered == null ? <span className="of-i z" aria-hidden>·</span> : offered ? <Check className="of-i y" size={15} strokeWidth={2.2} aria-hidden /> : <X className="of-i n" size={15} strokeWidth={2.2} aria-hidden />
}
