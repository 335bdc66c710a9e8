/** The look: one accent, quiet greys, small radii. Shades are chosen so that every text keeps 4.5:1 in light and in dark (WCAG AA). */
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core'

const petrol: MantineColorsTuple = [
  '#eaf5f7',
  '#d3e8ec',
  '#a8d1d9',
  '#7bb9c5',
  '#56a5b4',
  '#3792a3',
  '#247e8f',
  '#196b7b',
  '#175e6c',
  '#104953',
]

const grey: MantineColorsTuple = [
  '#f7f8f8',
  '#eef0f1',
  '#e1e4e6',
  '#cfd4d7',
  '#b0b8bc',
  '#8a9499',
  '#677177',
  '#4c555a',
  '#333b40',
  '#1d2327',
]

const dark: MantineColorsTuple = [
  '#d6dcdf',
  '#b9c2c7',
  '#98a3a9',
  '#6b767d',
  '#46515a',
  '#333d45',
  '#262f36',
  '#1b2329',
  '#141b20',
  '#0d1216',
]

/** Danger: 7 carries white text and is read on white, 4 is read on the dark panel. */
const red: MantineColorsTuple = [
  '#fdeeec',
  '#fad8d4',
  '#f3b3ac',
  '#ff9d94',
  '#ff8a80',
  '#e5584c',
  '#c0392f',
  '#b3261e',
  '#93201a',
  '#6f1813',
]

const yellow: MantineColorsTuple = [
  '#fdf5e4',
  '#faeacb',
  '#f3d498',
  '#f0c377',
  '#e9b04e',
  '#c77f0a',
  '#a56705',
  '#7d4d00',
  '#6f4400',
  '#523200',
]

const system = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif'

export const theme = createTheme({
  primaryColor: 'petrol',
  primaryShade: { light: 7, dark: 6 },
  colors: { petrol, gray: grey, dark, red, yellow },
  fontFamily: system,
  fontFamilyMonospace: 'ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.375rem', lineHeight: '1.3' },
      h2: { fontSize: '1rem', lineHeight: '1.4' },
      h3: { fontSize: '0.875rem', lineHeight: '1.4' },
    },
  },
  defaultRadius: 'sm',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'sm' } },
    TextInput: { defaultProps: { size: 'sm' } },
    Select: {
      // The list itself scrolls, not a region inside it that the keyboard could not reach.
      defaultProps: { size: 'sm', checkIconPosition: 'right', withScrollArea: false },
      styles: { options: { maxHeight: 260, overflowY: 'auto' } },
    },
    Modal: {
      defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.5 } },
      styles: {
        title: { fontWeight: 600, fontSize: '1rem' },
        header: { background: 'var(--surface)' },
        content: { background: 'var(--surface)' },
      },
    },
  },
})

/** Mantine's own dimmed, placeholder and error colours miss 4.5:1; these do not. */
export const resolveColours: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#f5f6f6',
    '--mantine-color-text': '#1d2327',
    '--mantine-color-dimmed': '#566066',
    '--mantine-color-placeholder': '#677177',
    '--mantine-color-error': '#b3261e',
    '--mantine-color-anchor': '#175e6c',
  },
  dark: {
    '--mantine-color-body': '#10161a',
    '--mantine-color-text': '#d6dcdf',
    '--mantine-color-dimmed': '#9aa6ac',
    '--mantine-color-placeholder': '#8a959b',
    '--mantine-color-error': '#ff8a80',
    '--mantine-color-anchor': '#7bc4d2',
  },
})
