-- migrate:up

-- Where each invitation stands. Each state is named as the term it is counted under, and has a condition of its own:
--   decision  of every invitation,
--   delivery  of a cleared one. An answer, a decline and an opt-out on the page prove delivery, whatever the receipts
--             say; delivered beats failed. Unconfirmed: handed over and closed, and never confirmed.
--   ending    of a delivered one, as it was decided when it was closed.
CREATE VIEW standing AS
SELECT
    invitation.*,
    decided.decision,
    decided.decision_reason,
    sent.delivery,
    CASE WHEN sent.delivery IN ('stopped', 'undeliverable') THEN invitation.unreached_reason END AS delivery_reason,
    CASE WHEN sent.delivery = 'delivered' THEN coalesce(invitation.outcome, 'open') END AS ending
FROM invitation
CROSS JOIN LATERAL (
    SELECT
        CASE
            WHEN cleared_at IS NOT NULL THEN 'cleared'
            WHEN quarantined_at IS NOT NULL THEN 'quarantined'
            WHEN dropped_at IS NOT NULL THEN 'dropped'
            ELSE 'undecided'
        END AS decision,
        CASE
            WHEN cleared_at IS NULL AND quarantined_at IS NULL THEN dropped_reason
        END AS decision_reason
) AS decided
CROSS JOIN LATERAL (
    SELECT
        CASE
            WHEN decided.decision <> 'cleared' THEN NULL
            WHEN
                delivered_at IS NOT NULL OR answered_at IS NOT NULL OR declined_at IS NOT NULL
                OR opted_out_at IS NOT NULL OR outcome IN ('complete', 'partial', 'declined')
                THEN 'delivered'
            WHEN unreached_stopped THEN 'stopped'
            WHEN unreached_at IS NOT NULL THEN 'undeliverable'
            WHEN submitted_at IS NOT NULL AND closed_at IS NOT NULL THEN 'unconfirmed'
            ELSE 'in_delivery'
        END AS delivery
) AS sent;

-- Where each reminder stands. Waiting: told as due, and neither handed over nor ended.
CREATE VIEW reminder_standing AS
SELECT
    reminder.*,
    CASE
        WHEN delivered_at IS NOT NULL THEN 'delivered'
        WHEN failed_at IS NOT NULL THEN 'failed'
        WHEN stopped_at IS NOT NULL THEN 'stopped'
        WHEN submitted_at IS NOT NULL THEN 'submitted'
        ELSE 'waiting'
    END AS standing,
    CASE
        WHEN delivered_at IS NOT NULL THEN NULL
        WHEN failed_at IS NOT NULL THEN failed_reason
        ELSE stopped_reason
    END AS standing_reason
FROM reminder;

-- Everybody, under every term that they are counted under: by wave, region and unit. Nothing is counted by subtraction.
CREATE VIEW account AS
SELECT selection.wave, selection.region, selection.unit, counted.term, NULL AS reason, counted.number
FROM selection
CROSS JOIN LATERAL (
    VALUES
    ('contacts', selection.contacts),
    ('other_survey_or_period', selection.other_survey_or_period),
    ('not_sampled', selection.not_sampled),
    ('another_contact', selection.another_contact),
    ('included', selection.included)
) AS counted (term, number)
UNION ALL
SELECT selection.wave, selection.region, selection.unit, 'excluded', excluded.key, excluded.value::bigint
FROM selection
CROSS JOIN LATERAL jsonb_each_text(selection.excluded) AS excluded
UNION ALL
SELECT alike.wave, alike.region, alike.unit, counted.term, counted.reason, alike.number
FROM (
    SELECT
        wave, region, unit, decision, decision_reason, delivery, delivery_reason, ending,
        CASE
            WHEN decision = 'undecided' OR delivery = 'in_delivery' OR ending = 'open' THEN 'in_flight'
        END AS flight,
        count(*) AS number
    FROM standing
    GROUP BY wave, region, unit, decision, decision_reason, delivery, delivery_reason, ending
) AS alike
CROSS JOIN LATERAL (
    VALUES
    ('invitations', NULL),
    (alike.decision, alike.decision_reason),
    (alike.delivery, alike.delivery_reason),
    (alike.ending, NULL),
    (alike.flight, NULL)
) AS counted (term, reason)
WHERE counted.term IS NOT NULL
UNION ALL
SELECT alike.wave, alike.region, alike.unit, 'reminders.' || counted.term, counted.reason, alike.number
FROM (
    SELECT wave, region, unit, standing, standing_reason, count(*) AS number
    FROM reminder_standing
    GROUP BY wave, region, unit, standing, standing_reason
) AS alike
CROSS JOIN LATERAL (
    VALUES ('due', NULL), (alike.standing, alike.standing_reason)
) AS counted (term, reason);
