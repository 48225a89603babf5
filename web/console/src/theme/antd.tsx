/* antd in our colours. Only pages that use antd load this; the frame and Overview do without. */
import { useMemo, type ReactNode } from 'react'
import { ConfigProvider, type ThemeConfig } from 'antd'
import zhCN from 'antd/locale/zh_CN'
import enUS from 'antd/locale/en_US'
import { fontUi, fontUiEn, palette, type Lang, type Mode } from './css'
import { usePrefs } from '../app/prefs'
import { useNarrow } from '../ui'

function theme(mode: Mode, lang: Lang, narrow: boolean): ThemeConfig {
  const p = palette[mode]
  return {
    cssVar: { key: `ly-${mode}` }, hashed: false,
    token: {
      colorPrimary: p.water, colorInfo: p.water, colorSuccess: p.goodFill, colorWarning: p.warnFill, colorError: p.badFill, colorLink: p.waterText,
      colorPrimaryHover: p.waterHover, colorPrimaryActive: p.waterActive, colorLinkHover: p.waterHover, colorLinkActive: p.waterActive,
      colorPrimaryBg: p.waterSoft, colorPrimaryBgHover: p.waterSoft, colorPrimaryBorder: p.waterLine, colorPrimaryText: p.waterText,
      colorErrorText: p.bad, colorWarningText: p.warn, colorSuccessText: p.good,
      colorErrorBg: p.badSoft, colorWarningBg: p.warnSoft, colorSuccessBg: p.goodSoft, colorInfoBg: p.waterSoft,
      colorTextBase: p.ink, colorBgBase: p.sheet,
      colorText: p.ink, colorTextSecondary: p.ink2, colorTextTertiary: p.ink3, colorTextQuaternary: p.ink4,
      colorTextPlaceholder: p.ink3, colorTextDescription: p.ink3, colorTextDisabled: p.ink4,
      colorBgLayout: p.bg, colorBgContainer: p.sheet, colorBgElevated: p.raised, colorBgMask: p.scrim, colorBgSpotlight: p.spotlight,
      colorBorder: p.line, colorBorderSecondary: p.lineSoft, colorSplit: p.lineSoft,
      colorFillTertiary: p.hover, colorFillSecondary: p.hover, colorFillQuaternary: p.sunk, colorFillAlter: p.sunk,
      controlItemBgHover: p.hover, controlItemBgActive: p.waterSoft, controlItemBgActiveHover: p.waterSoft, colorTextLightSolid: p.onSpotlight,
      fontFamily: lang === 'en' ? fontUiEn : fontUi, fontSize: 14, fontSizeSM: 12, fontSizeLG: 16, fontSizeHeading4: 20, fontSizeHeading5: 16,
      fontWeightStrong: 600, lineHeight: 1.5714,
      borderRadius: 6, borderRadiusSM: 5, borderRadiusLG: 10, borderRadiusXS: 4, controlHeight: narrow ? 44 : 32, controlHeightSM: 26, controlHeightLG: 40,
      boxShadow: p.shadow2, boxShadowSecondary: p.shadow2, boxShadowTertiary: p.shadow1,
      motionDurationFast: '0.1s', motionDurationMid: '0.16s', motionDurationSlow: '0.22s',
      motionEaseInOut: 'cubic-bezier(.2,.8,.2,1)', motionEaseOut: 'cubic-bezier(.2,.8,.2,1)',
      controlOutline: p.outline, controlOutlineWidth: 2, wireframe: false,
    },
    components: {
      Button: {
        fontWeight: 500, primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none', primaryColor: p.onFill,
        paddingInline: 12, paddingInlineSM: 9, contentFontSizeSM: 13,
      },
      Segmented: { trackBg: p.sunk, itemSelectedBg: p.raised, itemColor: p.ink2, itemSelectedColor: p.ink, trackPadding: 2 },
      Input: { activeShadow: `0 0 0 2px ${p.outline}`, paddingInline: 10, inputFontSize: narrow ? 16 : 14 },
      Select: { optionSelectedBg: p.waterSoft, optionSelectedFontWeight: 500, optionActiveBg: p.hover },
      Drawer: { paddingLG: 24 }, Modal: { titleFontSize: 16 }, Checkbox: { borderRadiusSM: 4 },
      Switch: { trackHeight: 18, handleSize: 14, trackMinWidth: 32 }, Form: { itemMarginBottom: 18, verticalLabelPadding: '0 0 6px' },
    },
  }
}

export default function Antd({ children }: { children: ReactNode }) {
  const { mode, lang } = usePrefs()
  const narrow = useNarrow()
  const made = useMemo(() => theme(mode, lang, narrow), [mode, lang, narrow])
  return (
    <ConfigProvider theme={made} locale={lang === 'zh' ? zhCN : enUS} button={{ autoInsertSpace: false }} wave={{ disabled: true }}>
      {children}
    </ConfigProvider>
  )
}
