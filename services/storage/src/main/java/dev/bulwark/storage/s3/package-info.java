/** S3: buckets, objects, multipart uploads, bucket policies, tags and checksums. */
@NullMarked
package dev.bulwark.storage.s3;

import org.jspecify.annotations.NullMarked;
