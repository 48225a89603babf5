// Before anything is drawn: the mode and the language chosen last time.
(function () {
  function kept(k, d) { try { return localStorage.getItem('ly.' + k) || d } catch { return d } }
  var root = document.documentElement
  root.dataset.theme = kept('theme', matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')
  root.lang = kept('lang', /^zh/i.test(navigator.language) ? 'zh' : 'en') === 'en' ? 'en' : 'zh-CN'
})()
