-- litmus: query/1
-- title: The first call of each process
-- purpose: When a call was first published. A compiled record says so by its notice, not by its own date; in a register the beginning
--   of the submission period is the day of the notice. The moment counts only where every notice prints one.
-- in: notice (process VARCHAR, form VARCHAR null, published_at BIGINT null, published_day DATE null)
-- in: document (process VARCHAR, type VARCHAR null, published_at BIGINT null, published_day DATE null)
-- in: process (process VARCHAR key, form VARCHAR null, tender_start_at BIGINT null, tender_start_day DATE null)
-- out: process VARCHAR -- process
-- out: call_at BIGINT null -- seconds from 1970
-- out: call_day DATE -- calendar day
-- key: process
WITH told AS (
  SELECT n.process AS process, n.published_at AS call_at, n.published_day AS day
  FROM notice AS n
  WHERE position('cn-' IN coalesce(n.form, '')) = 1 OR position('pin-cfc' IN coalesce(n.form, '')) = 1
  UNION ALL
  SELECT d.process AS process, d.published_at AS call_at, d.published_day AS day
  FROM document AS d
  WHERE d.type = 'tenderNotice'
  UNION ALL
  SELECT p.process AS process, p.tender_start_at AS call_at, p.tender_start_day AS day
  FROM process AS p
  WHERE p.form = 'register'
)
SELECT
  t.process AS process,
  CASE WHEN count(*) = count(t.call_at) THEN min(t.call_at) ELSE NULL END AS call_at,
  min(t.day) AS call_day
FROM told AS t
WHERE t.day IS NOT NULL
GROUP BY t.process
ORDER BY process ASC NULLS LAST
