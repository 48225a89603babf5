/* Two questions every brand asks, answered from its own data: who are our owners, and who becomes one. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Download } from 'lucide-react'
import { ly } from '../../api/http'
import { useRead } from '../../api/read'
import { useTagName } from '../../api/tag_names'
import type { PortraitGroup, PortraitRow, PortraitView } from '../../api/types'
import { Fresh, Page } from '../../app/shell'
import { rich } from '../../text/rich'
import { useFormat } from '../../text/format'
import { Empty, N, Sec } from '../../ui'
import { Seg } from '../../ui/pop'
import { Lines, Part } from '../../ui/states'
import { May } from './propensity'
import { Tabs } from './tabs'
import './insight.css'

type Ready = 'owners' | 'becoming'
type Asked = Ready | 'class' | 'may'
const QUESTIONS: Asked[] = ['owners', 'becoming', 'class', 'may']
/** Classes a set is chosen by: axis and class, as questions name them. */
const CLASSES = {
  user: ['potential', 'intent', 'experience', 'owner'], behaviour: ['lurker', 'low', 'asking', 'high', 'loyal', 'koc'],
  type: ['consumer', 'producer', 'valuable'], path: ['none', 'prospect', 'new_owner', 'old_owner', 'seed_owner'],
} as const

export default function Insight() {
  const { t } = useTranslation('insight')
  const [asked, setAsked] = useState<Asked>('owners'), [set, setSet] = useState('path:new_owner')
  const ready: Ready = asked === 'becoming' ? 'becoming' : 'owners', [axis, name] = set.split(':')
  const read = useRead(asked === 'may' ? null : asked === 'class' ? `portrait ${set}` : `portrait ${asked}`, signal => ly.people.post_portrait(asked === 'class' ? { who: { class: { [axis]: name } } } : { ready }, { signal }))
  return (
    <Page h1 title={t('title')} sub={asked !== 'may' && <Fresh at={read.at} ms={read.ms} />} actions={asked !== 'may' && read.data && !read.data.too_few && <Csv p={read.data} name={asked === 'class' ? name : asked} />}>
      <Tabs />
      <div className="row wrap may-q"><Seg label={t('questions')} value={asked} options={QUESTIONS.map(value => ({ value, label: t(`ask.${value}`) }))} onChange={setAsked} />
        {asked === 'class' && <select className="in may-c" aria-label={t('ask.class')} value={set} onChange={e => setSet(e.target.value)}>{Object.entries(CLASSES).map(([a, list]) => <optgroup key={a} label={t(`axis.${a}`)}>{list.map(c => <option key={c} value={`${a}:${c}`}>{t(`class.${c}`)}</option>)}</optgroup>)}</select>}</div>
      {asked === 'may' ? <May /> : <Part read={read} name={t('title')} skeleton={<Lines n={8} />}>{p => <Portrait p={p} ready={ready} of={asked === 'class' ? t(`class.${name}`) : undefined} />}</Part>}
    </Page>
  )
}

function Portrait({ p, ready, of }: { p: PortraitView; ready: Ready; of?: string }) {
  const { t, i18n } = useTranslation('insight')
  const name = useValueName()
  if (p.too_few) return <Empty title={t('too_few', { n: p.people })} text={of ? t('too_few_class') : t(`too_few_${ready}`)} />
  const strong = p.groups.flatMap(g => g.values.filter(v => v.certain && (v.lift ?? 0) > 1).map(v => ({ g, v }))).sort((a, b) => (b.v.lift ?? 0) - (a.v.lift ?? 0)).slice(0, 3)
  return (
    <>
      <p className="say q">{rich(t(`${strong.length ? 'say' : 'say_plain'}.${of ? 'class' : ready}`, {
        of, n: p.people, others: p.others, what: strong.map(s => t('say.more', { what: name(s.g, s.v), times: (s.v.lift ?? 0).toFixed(1) })).join(t('say.and')),
      }), { n: () => <N v={p.people} exact />, b: s => <b>{s}</b> })}</p>
      <p className="t13 i3 say-n">{i18n.language === 'zh' ? p.question_zh : p.question_en} {t(`note.${ready}`)}</p>
      <div className="pg-g">{p.groups.map(g => <Group key={`${g.kind}${g.name ?? ''}`} g={g} ready={ready} />)}</div>
    </>
  )
}

function useValueName() {
  const { t, i18n } = useTranslation('insight')
  const tagName = useTagName()
  return (g: PortraitGroup, v: PortraitRow) => (g.kind === 'tag' ? tagName(v.value) : g.name === 'birth_band' ? t('born', { from: v.value, to: Number(v.value) + 4 }) : (i18n.language === 'zh' ? v.zh : v.en) ?? v.value)
}

function Group({ g, ready }: { g: PortraitGroup; ready: Ready }) {
  const { t } = useTranslation('insight')
  const f = useFormat(), name = useValueName()
  const title = t(`group.${g.kind === 'trait' ? g.name ?? '' : g.kind}`, { defaultValue: g.name ?? g.kind })
  const most = Math.max(0.01, ...g.values.map(v => Math.max(v.high ?? 0, v.share_others ?? 0)))
  return (
    <Sec title={title} note={t('known', { n: f.full(g.known), others: f.full(g.known_others) })}>
      {g.values.length === 0 ? <p className="t13 i3">{t(g.hidden ? 'all_hidden' : 'nothing')}</p> : (
        <table className="tb pt" aria-label={title}>
          <thead><tr><th scope="col">{t('col.value')}</th><th scope="col">{t(`col.share_${ready}`)}</th><th scope="col" className="r">{t('col.others')}</th><th scope="col" className="r">{t('col.lift')}</th></tr></thead>
          <tbody>{g.values.map(v => (
            <tr key={v.value}>
              <td className="el">{name(g, v)}</td>
              <td>{v.share == null ? <span className="num">{v.people} / {g.known}</span> : <Bar v={v} most={most} />}</td>
              <td className="r num">{v.share_others == null ? '–' : f.percent(v.share_others, 1)}</td>
              <td className="r num">{v.lift == null ? '–' : <span className={v.certain ? 'm' : 'i3'}>{t('times', { n: v.lift.toFixed(2) })}</span>}</td>
            </tr>
          ))}</tbody>
        </table>
      )}
      {g.hidden > 0 && g.values.length > 0 && <p className="t12 i3">{t('hidden', { n: g.hidden })}</p>}
    </Sec>
  )
}

/** Share, its interval as a line, and a mark where the others stand. */
function Bar({ v, most }: { v: PortraitRow; most: number }) {
  const f = useFormat()
  const at = (x: number) => `${(x / most) * 100}%`
  return (
    <span className="pb"><span className="pb-t" aria-hidden>
      <i style={{ width: at(v.share ?? 0) }} /><s style={{ left: at(v.low ?? 0), width: at((v.high ?? 0) - (v.low ?? 0)) }} />{v.share_others != null && <u style={{ left: at(v.share_others) }} />}
    </span><span className="num">{f.percent(v.share ?? 0, 1)}</span></span>
  )
}

/** What is on the page, as a file: nothing that is hidden here. */
function Csv({ p, name }: { p: PortraitView; name: string }) {
  const { t } = useTranslation('insight')
  const cell = (x: unknown) => { const s = x == null ? '' : String(x); return /[",\n]/.test(s) ? `"${s.replaceAll('"', '""')}"` : /^[=+\-@]/.test(s) ? `'${s}` : s }
  const rows = p.groups.flatMap(g => g.values.map(v => [g.kind, g.name, v.value, v.people, g.known, v.share, v.low, v.high, v.others, g.known_others, v.share_others, v.lift]))
  const text = [['kind', 'name', 'value', 'people', 'known', 'share', 'low', 'high', 'others', 'known_others', 'share_others', 'lift'], ...rows].map(r => r.map(cell).join(',')).join('\r\n')
  return <a className="btn" download={`portrait-${name}.csv`} href={`data:text/csv;charset=utf-8,${encodeURIComponent('\uFEFF' + text)}`}><Download size={14} strokeWidth={1.7} aria-hidden />{t('csv')}</a>
}
