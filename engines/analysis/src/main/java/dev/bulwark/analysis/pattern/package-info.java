/** Sets of texts, as policies write them with wildcards: which contain, which meet others. */
@NullMarked
package dev.bulwark.analysis.pattern;

import org.jspecify.annotations.NullMarked;
