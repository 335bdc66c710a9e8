/** The product's mark and name. */
import { useTranslation } from 'react-i18next'
import classes from './brand.module.css'

export function Brand({ large = false }: { large?: boolean }) {
  const { t } = useTranslation()
  return (
    <span className={classes.brand} data-large={large || undefined}>
      <svg viewBox="0 0 32 32" aria-hidden="true" className={classes.mark}>
        <rect width="32" height="32" rx="7" fill="#175e6c" />
        <rect x="6" y="18" width="20" height="7" rx="3.5" fill="#fff" />
        <path d="M10 15V7h9l3 3v5" fill="none" stroke="#fff" strokeWidth="2.4" strokeLinejoin="round" />
      </svg>
      {t('app.name')}
    </span>
  )
}
