/* The one place where a colour is written. CSS variables and the antd theme come from here. */
export type Mode = 'light' | 'dark'
export type Lang = 'zh' | 'en'

const light = {
  // surfaces, from the table up
  bg: '#E9EFF1', sheet: '#FFFFFF', raised: '#FFFFFF', sunk: '#F4F7F8', hover: '#EEF3F5', pressed: '#E3EBEE',
  // lines
  line: '#DAE1E3', lineSoft: '#E9EEF0', lineStrong: '#BCC8CC',
  // ink
  ink: '#122126', ink2: '#435359', ink3: '#5D6C72', ink4: '#95A1A5', onFill: '#FFFFFF',
  // deep water: the brand, the system, what can be pressed
  water: '#115464', waterHover: '#0E6377', waterActive: '#0A3D49', waterText: '#115C6E', waterSoft: '#E4F0F3', waterLine: '#9AC8D6',
  // lamp: what users said, gave or started. Never decoration
  lamp: '#DD7831', lampText: '#9C4A1C', lampSoft: '#FDF0E3', lampLine: '#F0BE94',
  // states
  good: '#267450', goodFill: '#3F9A6F', goodSoft: '#E6F5EC',
  warn: '#7F5A10', warnFill: '#C28A1C', warnSoft: '#FCF3DB',
  bad: '#B13134', badFill: '#CF4547', badSoft: '#FDECEC',
  // seven stages: the further, the deeper; the last one is the user's
  s1: '#CFE4EA', s2: '#A9D0DB', s3: '#7FB6C6', s4: '#549AAD', s5: '#2F7C8F', s6: '#115464', s7: '#DD7831',
  // categories, in order of use; lightness alternates so that grey print still tells them apart
  c1: '#1C6B7E', c2: '#DD7831', c3: '#4F9AAE', c4: '#5F8F66', c5: '#B3605A', c6: '#A88526', c7: '#64777F', c8: '#0A3D49',
  shadow1: '0 1px 2px rgba(9,38,47,.05)',
  shadow2: '0 1px 2px rgba(9,38,47,.05), 0 6px 20px rgba(9,38,47,.09)',
  shadow3: '0 2px 6px rgba(9,38,47,.06), 0 20px 56px rgba(9,38,47,.17)',
  scrim: 'rgba(9,32,40,.34)', outline: 'rgba(17,84,100,.16)', spotlight: '#16282E', onSpotlight: '#FFFFFF', onBad: '#FFFFFF',
  // drops that fall on the river: on deep water, on shallow water, and the same for what users started
  drop: '#FFFFFF', dropPale: '#2F7C8F', dropWarm: '#FFD9B5', dropPaleWarm: '#B95A20',
}
type Palette = typeof light
const dark: Palette = {
  bg: '#070D10', sheet: '#0D171A', raised: '#152024', sunk: '#111C20', hover: '#18252A', pressed: '#1F2E33',
  line: '#243237', lineSoft: '#1A272B', lineStrong: '#3A4A50',
  ink: '#E7EEF0', ink2: '#A9B6BB', ink3: '#89979D', ink4: '#56636A', onFill: '#06171C',
  water: '#5DB3C7', waterHover: '#75C5D7', waterActive: '#4A9DB1', waterText: '#7CC7D8', waterSoft: '#112A31', waterLine: '#2B5D6A',
  lamp: '#EA9654', lampText: '#F0A869', lampSoft: '#2A1D13', lampLine: '#6B452A',
  good: '#6DC799', goodFill: '#48A57B', goodSoft: '#10271D',
  warn: '#E8BE62', warnFill: '#D2A140', warnSoft: '#2A2210',
  bad: '#F38E8B', badFill: '#DE6463', badSoft: '#2F1718',
  s1: '#20404A', s2: '#265360', s3: '#2F6B7B', s4: '#3D8699', s5: '#54A3B7', s6: '#82C6D6', s7: '#EA9654',
  c1: '#5DB3C7', c2: '#EA9654', c3: '#2F6B7B', c4: '#86B98C', c5: '#D58680', c6: '#D8B75E', c7: '#8C9DA4', c8: '#B5DDE8',
  shadow1: 'none',
  shadow2: '0 0 0 1px rgba(255,255,255,.05), 0 8px 24px rgba(0,0,0,.42)',
  shadow3: '0 0 0 1px rgba(255,255,255,.06), 0 24px 64px rgba(0,0,0,.58)',
  scrim: 'rgba(0,0,0,.56)', outline: 'rgba(93,179,199,.24)', spotlight: '#2A3A40', onSpotlight: '#F2F7F8', onBad: '#1C0506',
  drop: '#FFFFFF', dropPale: '#9AD3E0', dropWarm: '#FFD9B5', dropPaleWarm: '#F0A869',
}
export const palette: Record<Mode, Palette> = { light, dark }

export const fontUi = '"LY","PingFang SC","HarmonyOS Sans SC","MiSans","Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei",system-ui,sans-serif'
export const fontUiEn = '"LY En","Inter",system-ui,-apple-system,"Segoe UI","PingFang SC","Noto Sans CJK SC","Microsoft YaHei",sans-serif'
export const fontVoice = '"Songti SC","Noto Serif CJK SC","Source Han Serif SC","STSong","LY","PingFang SC","HarmonyOS Sans SC","Microsoft YaHei",sans-serif' // never SimSun: where no good Song exists the voice stays sans, the lamp line still marks it

const kebab = (s: string) => s.replace(/[A-Z]/g, m => '-' + m.toLowerCase())
export function cssVars(): string {
  const block = (p: Palette) => Object.entries(p).map(([k, v]) => `--${kebab(k)}:${v};`).join('')
  return `:root,[data-theme=light]{color-scheme:light;${block(light)}}[data-theme=dark]{color-scheme:dark;${block(dark)}}`
}

