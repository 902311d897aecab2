/** Everything that makes an RDD from nothing, from memory or from files. */
import './object-file'
import './parallelize'
