/** Every transformation that needs no pairs. */
import './checkpoint'
import './filter'
import './flat-map'
import './map'
import './map-partitions'
import './union'
