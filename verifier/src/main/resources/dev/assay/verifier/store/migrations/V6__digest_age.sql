-- Groups that were made before the setting get its default. A quote within a name would be escaped.
UPDATE host_groups
SET document = REPLACE(document, '"exhibits":', '"maxDigestAgeSeconds":90000,"exhibits":');
