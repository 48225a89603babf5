/* The living style sheet: every token and primitive, in both modes. A component new to us enters here first. */
import { useState, type ReactNode } from 'react'
import { Button, Checkbox, Form, Input, Modal, Segmented, Select, Switch } from 'antd'
import { useTranslation } from 'react-i18next'
import { Problem } from '../../api/http'
import { STAGES, type Ring } from '../../api/types'
import { usePrefs } from '../../app/prefs'
import { Page } from '../../app/shell'
import { palette } from '../../theme/css'
import { useFormat } from '../../text/format'
import { Avatar, Clock, Delta, Empty, N, Sec, Stage, useNow } from '../../ui'
import { Masked } from '../../ui/masked'
import { Rings } from '../../ui/rings'
import { Rows, Trouble } from '../../ui/states'
import { toast } from '../../ui/toast'
import './kit.css'

const GROUPS: (keyof typeof palette.light)[][] = [
  ['bg', 'sheet', 'raised', 'sunk', 'hover', 'pressed', 'line'], ['ink', 'ink2', 'ink3', 'ink4'], ['water', 'waterText', 'waterSoft', 'waterLine'],
  ['lamp', 'lampText', 'lampSoft', 'lampLine'], ['good', 'goodSoft', 'warn', 'warnSoft', 'bad', 'badSoft'], ['s1', 's2', 's3', 's4', 's5', 's6', 's7'],
  ['c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7', 'c8'],
]
const MIN = 60_000
const RINGS: Ring[] = [
  { kind: 'stage', outcome: 'done', what: 'lead' }, { kind: 'points', outcome: 'done', amount: 600 }, { kind: 'task', outcome: 'done', what: 'K01' },
  { kind: 'task', outcome: 'suppressed', what: 'K01', why: 'consent:call' }, { kind: 'points', outcome: 'failed', amount: 50, why: 'balance_too_low' },
]

export default function Kit() {
  const { t } = useTranslation('kit')
  return <Page h1 title={t('title')}><div className="kt"><Colours /><Type /><Clocks /><States /><Forms /></div></Page>
}

function Colours() {
  const { t } = useTranslation('kit')
  const p = palette[usePrefs().mode]
  return (
    <Sec title={t('colour')} note={t('colour_note')}>
      {GROUPS.map(g => <div key={g[0]} className="sw-g">{g.map(k => <div key={k}><i style={{ background: p[k] }} /><b>{k}</b><span className="mono">{p[k]}</span></div>)}</div>)}
    </Sec>
  )
}
function Type() {
  const { t } = useTranslation('kit')
  const rows = ['32/40', '24/32', '20/34', '15/22', '14/22']
  return (
    <Sec title={t('type')} note={t('type_note')}>
      <ul className="ty">{rows.map((r, i) => <li key={r} className={`ty${i}`}>{t(`sample${i}`)}<small>{r}</small></li>)}<li><span className="voice">{t('voice')}</span><small>16/26</small></li></ul>
    </Sec>
  )
}
function Clocks() {
  const { t } = useTranslation('kit')
  const f = useFormat(), now = useNow()
  const at = (min: number) => new Date(now + min * MIN).toISOString()
  const clock = (left: number, limit: number) => <Clock key={left} opened={at(left - limit)} due={at(left)} now={now} />
  return (
    <Sec title={t('clock')} note={t('clock_note')}>
      <div className="row wrap kr">{clock(612, 720)}{clock(100, 120)}{clock(21, 120)}{clock(-134, 720)}{clock(2280, 10080)}<Clock opened={at(-2000)} due={at(-560)} closed={at(-732)} now={now} /></div>
      <div className="row wrap kr">{STAGES.map(s => <Stage key={s} stage={s} />)}</div>
      <div className="row wrap kr t14"><N v={61204} exact to="/people" /><N v={482310} to="/people" /><N v={123000000} /><Delta v={2.1} unit={t('pt')} /><Delta v={-1.4} unit={t('pt')} /><Delta v={0} /><Delta v={2.4} good="down" unit={t('day')} /><Masked person={0} kind="phone" masked="138••••6207" /><span className="num">{f.full(12640)}</span><Avatar name={t('name')} /></div>
      <Rings rings={RINGS} />
    </Sec>
  )
}
function Box({ title, children }: { title: string; children: ReactNode }) { return <div className="kb"><h3>{title}</h3>{children}</div> }
function States() {
  const { t } = useTranslation('kit')
  const closed = new Problem(403, 'forbidden', t('closed_text')), broken = new Problem(503, 'overloaded', t('broken_text'), undefined, true, undefined, '7f3a')
  return (
    <Sec title={t('states')}>
      <div className="kg">
        <Box title={t('empty')}><Empty title={t('empty_title')} text={t('empty_text')}><Button>{t('empty_go')}</Button></Empty></Box>
        <Box title={t('filtered')}><Empty art={false} title={t('filtered_title')} text={t('filtered_text')}><Button>{t('filtered_go')}</Button></Empty></Box>
        <Box title={t('loading')}><Rows n={3} /></Box>
        <Box title={t('broken')}><Trouble problem={broken} part={t('part')} again={() => undefined} /></Box>
        <Box title={t('closed')}><Trouble problem={closed} /></Box>
        <Box title={t('notes')}><p className="note-line">{t('note')}</p><p className="note-line warn">{t('note_warn')}</p><p className="note-line bad">{t('note_bad')}</p><p className="note-line water">{t('note_water')}</p><p className="note-line lamp">{t('note_lamp')}</p></Box>
      </div>
    </Sec>
  )
}
function Forms() {
  const { t } = useTranslation('kit')
  const [open, setOpen] = useState(false)
  return (
    <Sec title={t('forms')}>
      <div className="kg two">
        <Box title={t('form')}>
          <Form layout="vertical"><div className="f2"><Form.Item label={t('field')} htmlFor="k1" validateStatus="error" help={t('field_bad')}><Input id="k1" defaultValue={t('field_value')} /></Form.Item><Form.Item label={t('choice')} htmlFor="k2"><Select id="k2" defaultValue="a" options={[{ value: 'a', label: t('choice_a') }, { value: 'b', label: t('choice_b') }]} /></Form.Item></div></Form>
          <div className="row wrap kr"><Checkbox>{t('check')}</Checkbox><Switch size="small" defaultChecked aria-label={t('switch')} /><Segmented size="small" aria-label={t('form')} options={[t('choice_a'), t('choice_b')]} /></div>
        </Box>
        <Box title={t('buttons')}>
          <div className="row wrap kr"><Button type="primary">{t('primary')}</Button><Button>{t('plain')}</Button><Button danger>{t('danger')}</Button><Button disabled>{t('disabled')}</Button><button type="button" className="btn">{t('plain')}</button></div>
          <div className="row wrap kr"><Button onClick={() => toast(t('toast'))}>{t('toast_go')}</Button><Button onClick={() => setOpen(true)}>{t('modal_go')}</Button></div>
          <Modal open={open} title={t('modal_go')} okText={t('danger')} okButtonProps={{ danger: true }} cancelText={t('common:cancel')} onCancel={() => setOpen(false)} onOk={() => setOpen(false)}><p className="t13 i2">{t('modal')}</p></Modal>
        </Box>
      </div>
    </Sec>
  )
}
