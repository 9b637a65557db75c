/**
 * The engine of CloudTrail Lake: events in encrypted Parquet files, written and queried by DuckDB,
 * and the dialect of its queries. It knows nothing of CloudTrail's API.
 */
@NullMarked
package dev.bulwark.lake;

import org.jspecify.annotations.NullMarked;
