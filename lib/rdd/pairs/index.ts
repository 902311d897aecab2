/** Every transformation and action on RDDs of pairs. */
import './combine-by-key'
import './group-by-key'
import './keys'
import './map-values'
import './partition-by'
import './reduce-by-key'
import './sort-by-key'
import './values'
